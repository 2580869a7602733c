package org.staccato.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes UTF-8 without replacement characters: refuses malformed input. */
final class Utf8 {

  private Utf8() {}

  /** Encodes a text, or returns null if it has an unpaired surrogate. */
  static byte @Nullable [] encode(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Decodes bytes, or returns null if they are malformed. */
  static @Nullable String decode(MemorySegment bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns whether a range of bytes is well-formed (Unicode 16, table 3-7); does not allocate. */
  static boolean isValid(MemorySegment bytes, long offset, long length) {
    long end = offset + length;
    long position = offset;
    while (position < end) {
      int lead = at(bytes, position++);
      if (lead < 0x80) {
        continue;
      }
      int following = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
      if (lead < 0xc2 || lead > 0xf4 || end - position < following) {
        return false;
      }
      // The second byte excludes overlong forms, surrogates and code points above U+10FFFF.
      int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      int second = at(bytes, position);
      if (second < lowest || second > highest) {
        return false;
      }
      for (int i = 1; i < following; i++) {
        if ((at(bytes, position + i) & 0xc0) != 0x80) {
          return false;
        }
      }
      position += following;
    }
    return true;
  }

  private static int at(MemorySegment bytes, long position) {
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position));
  }
}
