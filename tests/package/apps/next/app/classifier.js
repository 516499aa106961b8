'use client';
import { load } from 'depthwise';
import { useEffect, useState } from 'react';

export default function Classifier() {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    const loading = load();
    loading.then(async (net) => {
      const { predictions } = await net.classify('/photo.png');
      const [{ label, probability }] = predictions;
      setAnswer([label, probability, net.info.threads, net.info.why].join(' | '));
    });
    return () => loading.then((net) => net.close());
  }, []);
  return <output>{answer}</output>;
}
