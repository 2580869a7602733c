package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * SHA-256 over all bytes of a weight file, with the 64 digits of the digest itself read as {@code
 * 0}. The digits lie at a fixed offset, so that a reader in any language finds them without a JSON
 * parser.
 */
final class FileDigest {

  /** What every header starts with; the digits and a closing quote follow. */
  static final String HEADER_START =
      "{\"" + HeaderReader.METADATA + "\":{\"" + WeightFile.DIGEST_KEY + "\":\"";

  /** The offset of the digits in the file. */
  static final int OFFSET = Long.BYTES + HEADER_START.length();

  /** What the digits are read as. */
  static final String ZEROS = "0".repeat(64);

  private static final int CHUNK = 1 << 16;

  private final MessageDigest sha256;

  FileDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  void update(byte[] bytes, int length) {
    sha256.update(bytes, 0, length);
  }

  /** Ends the computation and returns 64 lower-case digits. */
  String finish() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Computes the digest of a file whose header starts as it must. */
  static String of(MemorySegment file) {
    FileDigest digest = new FileDigest();
    byte[] chunk = new byte[CHUNK];
    for (long position = 0; position < file.byteSize(); position += CHUNK) {
      int length = (int) Math.min(CHUNK, file.byteSize() - position);
      MemorySegment.copy(file, ValueLayout.JAVA_BYTE, position, chunk, 0, length);
      if (position == 0) {
        Arrays.fill(chunk, OFFSET, OFFSET + ZEROS.length(), (byte) '0');
      }
      digest.update(chunk, length);
    }
    return digest.finish();
  }
}
