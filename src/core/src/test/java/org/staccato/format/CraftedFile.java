package org.staccato.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Weight files put together by hand, so that each can break one rule and obey all others, the
 * digest included.
 */
public final class CraftedFile {

  /** A header of two tensors, of 64 and 128 bytes, with the digest left out. */
  static final String HEADER =
      "{\"__metadata__\":{\"staccato.digest\":\""
          + "0".repeat(64)
          + "\",\"staccato.format.version\":\"3\"}"
          + ",\"a\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64]}"
          + ",\"b\":{\"dtype\":\"I32\",\"shape\":[2,16],\"data_offsets\":[64,192]}}";

  /** The bytes of the tensors of {@link #HEADER}. */
  static final int DATA_SIZE = 192;

  private static final int DIGEST_OFFSET = 44;

  private CraftedFile() {}

  /**
   * A file of a header, padded with spaces, and of zeroed data; with its digest if there is room.
   */
  static byte[] of(String header, int dataSize) {
    int headerSize = header.getBytes(StandardCharsets.UTF_8).length;
    int padding = Math.floorMod(-(8 + headerSize), 64);
    return sealed(unsealed(header + " ".repeat(padding), dataSize));
  }

  /** A file of a header as it stands and of zeroed data. */
  static byte[] unsealed(String header, int dataSize) {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length + dataSize)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length)
        .put(bytes)
        .array();
  }

  /** A copy with the right digest, if there are digits where the digest belongs. */
  public static byte[] sealed(byte[] file) {
    byte[] sealed = file.clone();
    if (hasDigits(file)) {
      Arrays.fill(sealed, DIGEST_OFFSET, DIGEST_OFFSET + 64, (byte) '0');
      byte[] digits = sha256(sealed).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(digits, 0, sealed, DIGEST_OFFSET, digits.length);
    }
    return sealed;
  }

  private static boolean hasDigits(byte[] file) {
    return file.length >= DIGEST_OFFSET + 64
        && new String(file, DIGEST_OFFSET, 64, StandardCharsets.ISO_8859_1).matches("[0-9a-f]{64}");
  }

  /** Overwrites bytes of a tensor in a published file and seals it again. */
  public static void overwrite(Path path, String tensor, long offsetInTensor, byte[] replacement)
      throws IOException {
    int position;
    try (WeightFile file = WeightFile.open(path)) {
      position = (int) (file.find(tensor).orElseThrow().offset() + offsetInTensor);
    }
    byte[] bytes = Files.readAllBytes(path);
    System.arraycopy(replacement, 0, bytes, position, replacement.length);
    Files.write(path, sealed(bytes));
  }

  public static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  public static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
