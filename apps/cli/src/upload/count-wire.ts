import type { UploadSource } from "@stowage/client";

/** A source that tells of bytes when they go out, each time they do: `onWire` gets how many more. */
export function countWire(source: UploadSource, onWire: (bytes: number) => void): UploadSource {
  const { send } = source;
  if (send === undefined) return source;
  return {
    ...source,
    send: (request) => {
      let before = 0;
      const onSent = (sent: number): void => {
        onWire(sent - before);
        before = sent;
        request.onSent?.(sent);
      };
      return send({ ...request, onSent });
    },
  };
}
