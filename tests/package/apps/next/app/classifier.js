'use client';
import { load } from 'depthwise';
import { useEffect, useState } from 'react';

export default function Classifier() {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    async function classify() {
      const net = await load();
      const { predictions } = await net.classify('/photo.png');
      const [{ label, probability }] = predictions;
      setAnswer([label, probability, net.info.threads, net.info.why].join(' | '));
      await net.close();
    }
    classify();
  }, []);
  return <output>{answer}</output>;
}
