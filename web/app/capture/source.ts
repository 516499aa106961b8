import type { text } from '../text/text.ts';

/** Why there is no camera (any more). */
export type CameraProblem = keyof typeof text.camera.problems;

export class CameraError extends Error {
  constructor(
    readonly code: CameraProblem,
    message = '',
  ) {
    super(message);
  }
}

/** Which camera: one of the list, or the front or rear one; undefined leaves it to the browser. */
export type CameraChoice = { deviceId: string } | { facingMode: 'user' | 'environment' } | undefined;

/** Enough for a good photo to save; the model needs far less. */
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** Switches a camera on. Throws a CameraError. */
export async function openCamera(choice: CameraChoice): Promise<MediaStream> {
  if (!isSecureContext) throw new CameraError('insecure');
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError('unsupported');
  const wanted =
    choice && 'deviceId' in choice
      ? { deviceId: { exact: choice.deviceId } }
      : { facingMode: { ideal: choice?.facingMode ?? 'user' } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...wanted } });
  } catch (error) {
    // The chosen one is no longer there: any other is better than none.
    if (nameOf(error) === 'OverconstrainedError' && choice) return openCamera(undefined);
    throw await inWords(error);
  }
}

/** The cameras there are. Their names are known only after one was allowed. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput');
}

/** Stops it: its light goes off. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

const nameOf = (error: unknown): unknown => (error as { name?: unknown } | null)?.name;

async function inWords(error: unknown): Promise<CameraError> {
  const { message = '' } = error as Partial<Error>;
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'SecurityError':
      return new CameraError(await whoRefused(message), message);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new CameraError('none', message);
    case 'NotReadableError':
    case 'AbortError':
      return new CameraError('busy', message);
    default:
      return new CameraError('unknown', message || String(error));
  }
}

/** A refusal has one name, whoever refuses: the system, the site around this frame, the browser for good, or just now. */
async function whoRefused(message: string): Promise<CameraProblem> {
  if (/system/i.test(message)) return 'system';
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
  if (featurePolicy && !featurePolicy.allowsFeature('camera')) return 'embedded';
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' as PermissionName });
    return state === 'prompt' ? 'dismissed' : 'blocked';
  } catch {
    return 'blocked'; // this browser does not tell
  }
}
