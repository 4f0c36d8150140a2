import type { Position } from "../../core/backend.ts";

/** Where a reading or a batch of etcd ended. */
export interface EtcdPosition extends Position {
  readonly clusterId: string;
  /**
   * Up to which revision each range of the watch is known, by the range's name: in a catch-up one range may be far ahead of
   * another. A range that is not named is known up to `revision`.
   */
  readonly reached?: ReadonlyMap<string, number> | undefined;
}

/** A position of ours, or one that begins at some revision of whatever cluster answers. */
export function toEtcdPosition(position: Position): Position & Partial<EtcdPosition> {
  return position;
}
