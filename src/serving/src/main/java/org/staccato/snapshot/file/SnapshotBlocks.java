package org.staccato.snapshot.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The form of a snapshot, little-endian: blocks, each with an int of its kind, an int of the bytes
 * of its payload, an int of its place among the blocks, an int of the CRC-32C of these and of the
 * payload, and the payload.
 *
 * <pre>
 * HEADER  8 bytes of magic with the number of the format, int events, int state bytes,
 *         64 bytes of digest
 * LONGS   the 64-bit keys of items in the order of their numbers, which count from 0
 * USERS   users, in the form that {@link org.staccato.users.table.StoredUser} describes
 * END     long number of items of both kinds, long number of users
 * TEXTS   the textual keys of items in the order of their numbers, which count from 2^30:
 *         for each an int of its bytes, and its UTF-8
 * </pre>
 *
 * The header is the first block, and the end the last.
 */
final class SnapshotBlocks {

  /** The first bytes of the header, in every format. */
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

  /** The offsets in a frame. */
  static final int KIND = 0;

  static final int SIZE = Integer.BYTES;
  static final int PLACE = 2 * Integer.BYTES;
  static final int CHECKSUM = 3 * Integer.BYTES;

  /** The most bytes of a payload. */
  static final int LIMIT = 1 << 24;

  static final int DIGEST_BYTES = 64;

  private SnapshotBlocks() {}

  /** Computes the checksum of the block that a buffer holds from 0 to its limit. */
  static int checksum(CRC32C checksum, ByteBuffer block) {
    checksum.reset();
    checksum.update(block.duplicate().position(0).limit(CHECKSUM));
    checksum.update(block.duplicate().position(FRAME));
    return (int) checksum.getValue();
  }
}
