package org.staccato.serving;

/**
 * The form of a snapshot, little-endian: blocks, each an int of its kind, an int of the bytes of
 * its payload, an int of its place among the blocks, an int of the CRC-32C of these and of the
 * payload, and the payload.
 *
 * <pre>
 * HEADER  long magic, int events, int state bytes, int 0 for 64-bit keys or 1 for texts, 64 bytes digest
 * ITEMS   the keys of the items in the order of their numbers: longs, or an int of its bytes and UTF-8
 * USERS   long user, long last use, long events in all, int has a state, int events kept,
 *         the numbers of their items, oldest first, and the state if there is one; again and again
 * END     long items, long users
 * </pre>
 *
 * The header comes first, the end last, and nothing after it.
 */
final class SnapshotBlocks {
  static final long MAGIC = 0x3130_5245_5355_5453L; // "STUSER01" as bytes
  static final int HEADER = 1;
  static final int ITEMS = 2;
  static final int USERS = 3;
  static final int END = 4;

  /** The bytes before a payload. */
  static final int FRAME = 4 * Integer.BYTES;

  /** The offset of the checksum in a frame. */
  static final int CHECKSUM = 3 * Integer.BYTES;

  /** The most bytes of a payload. */
  static final int LIMIT = 1 << 24;

  static final int DIGEST_BYTES = 64;

  /** The bytes of a user before events and state. */
  static final int USER_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

  private SnapshotBlocks() {}
}
