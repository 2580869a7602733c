package org.staccato.serving;

/**
 * The form of a snapshot, little-endian: blocks, each an int of its kind, an int of the bytes of
 * its payload, an int of its place among the blocks, an int of the CRC-32C of these and of the
 * payload, and the payload.
 *
 * <pre>
 * HEADER  8 bytes of magic with the format's number, int events, int state bytes, 64 bytes digest
 * LONGS   the 64-bit keys of items in the order of their numbers, which count from 0
 * USERS   long user, long last use, long events in all, int has a state, int events kept,
 *         the numbers of their items, oldest first, and the state if there is one; again and again
 * END     long items of both kinds, long users
 * TEXTS   the textual keys of items in the order of their numbers, which count from 2^30:
 *         an int of its bytes and UTF-8
 * </pre>
 *
 * The header comes first, the end last, and nothing after it.
 */
final class SnapshotBlocks {

  /** The first bytes of the header of any format. */
  static final String MAGIC = "STUSER";

  /** The two digits that follow; another form of the file has another number. */
  static final String FORMAT = "02";

  static final int MAGIC_BYTES = MAGIC.length() + FORMAT.length();
  static final int HEADER = 1;
  static final int LONGS = 2;
  static final int USERS = 3;
  static final int END = 4;
  static final int TEXTS = 5;

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
