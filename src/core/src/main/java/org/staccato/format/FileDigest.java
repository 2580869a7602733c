package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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

  /** The start of every header; the digits and a closing quote follow. */
  static final String HEADER_START =
      "{\"" + HeaderReader.METADATA + "\":{\"" + WeightFile.DIGEST_KEY + "\":\"";

  /** The offset of the digits in the file. */
  static final int OFFSET = Long.BYTES + HEADER_START.length();

  /** The text that replaces the digits in the computation. */
  static final String ZEROS = "0".repeat(64);

  /** The bytes that are digested at a time: some tens of microseconds of a core. */
  private static final int CHUNK = 1 << 14;

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

  /**
   * Computes the digest of a file whose header has the required start, and pauses between chunks.
   */
  static String of(MemorySegment file, Pace pace) {
    FileDigest digest = new FileDigest();
    byte[] chunk = new byte[CHUNK];
    for (long position = 0; position < file.byteSize(); position += CHUNK) {
      int length = (int) Math.min(CHUNK, file.byteSize() - position);
      MemorySegment.copy(file, ValueLayout.JAVA_BYTE, position, chunk, 0, length);
      if (position == 0) {
        clearDigits(chunk);
      }
      digest.update(chunk, length);
      pace.pause();
    }
    return digest.finish();
  }

  /**
   * Returns whether a file claims a digest and has it; does not read a file further that claims
   * another one.
   */
  static boolean matches(FileChannel channel, String claimed, Pace pace) throws IOException {
    FileDigest digest = new FileDigest();
    byte[] chunk = new byte[CHUNK];
    int length = fill(chunk, channel, 0);
    byte[] start = (HEADER_START + claimed).getBytes(StandardCharsets.US_ASCII);
    int end = Long.BYTES + start.length;
    if (length < end || !Arrays.equals(chunk, Long.BYTES, end, start, 0, start.length)) {
      return false;
    }
    clearDigits(chunk);
    for (long position = 0; length > 0; length = fill(chunk, channel, position)) {
      digest.update(chunk, length);
      position += length;
      pace.pause();
    }
    return digest.finish().equals(claimed);
  }

  private static void clearDigits(byte[] start) {
    Arrays.fill(start, OFFSET, OFFSET + ZEROS.length(), (byte) '0');
  }

  /**
   * Reads a chunk and returns its length; only the last chunk of a file may be shorter than the
   * array.
   */
  private static int fill(byte[] chunk, FileChannel channel, long position) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(chunk);
    int count = 0;
    while (count >= 0 && buffer.hasRemaining()) {
      count = channel.read(buffer, position + buffer.position());
    }
    return buffer.position();
  }
}
