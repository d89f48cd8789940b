import type { JetStreamApi } from "./api.ts";
import type { ConsumerInfo, StreamInfo } from "./types.ts";

/** The server's latest answer about each stream and consumer, to a read or to a write. */
export interface LatestInfo {
  stream(name: string): StreamInfo | undefined;
  consumer(stream: string, name: string): ConsumerInfo | undefined;
}

/**
 * Remembers the answers that describe one stream or consumer. `remember` wraps an API, which then sends the same
 * requests and stores the answers. Several wrapped APIs share one memory.
 */
export function infoMemory(): { remember: (api: JetStreamApi) => JetStreamApi; latest: LatestInfo } {
  const streams = new Map<string, StreamInfo>();
  const consumers = new Map<string, ConsumerInfo>();
  const keep = <Info>(infos: Map<string, Info>, key: string) => {
    return <Answer extends Info | undefined>(answer: Answer): Answer => {
      if (answer === undefined) infos.delete(key);
      else infos.set(key, answer);
      return answer;
    };
  };
  return {
    remember: (api) => ({
      ...api,
      streamInfo: (stream) => api.streamInfo(stream).then(keep(streams, stream)),
      createStream: (config) => api.createStream(config).then(keep(streams, config.name)),
      updateStream: (config) => api.updateStream(config).then(keep(streams, config.name)),
      consumerInfo: (stream, name) => api.consumerInfo(stream, name).then(keep(consumers, keyOf(stream, name))),
      writeConsumer: (stream, config, action) =>
        api.writeConsumer(stream, config, action).then(keep(consumers, keyOf(stream, config.name ?? ""))),
    }),
    latest: {
      stream: (name) => streams.get(name),
      consumer: (stream, name) => consumers.get(keyOf(stream, name)),
    },
  };
}

/** A key of two names. It is unique, because no name has a slash in it. */
function keyOf(stream: string, consumer: string): string {
  return `${stream}/${consumer}`;
}
