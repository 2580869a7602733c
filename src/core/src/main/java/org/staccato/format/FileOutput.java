package org.staccato.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.staccato.storage.Storage;

/** Appends to a weight file through one buffer, and computes its digest on the way. */
final class FileOutput {
  private static final int BUFFER_SIZE = 1 << 16;

  private final Storage storage;
  private final FileChannel channel;
  private final FileDigest digest = new FileDigest();
  private final byte[] bytes = new byte[BUFFER_SIZE];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  private long written;

  FileOutput(Storage storage, FileChannel channel) {
    this.storage = storage;
    this.channel = channel;
  }

  /** Returns the buffer with room for a number of bytes. */
  ByteBuffer room(int size) throws IOException {
    if (buffer.remaining() < size) {
      flush();
    }
    return buffer;
  }

  void put(MemorySegment source) throws IOException {
    long position = 0;
    while (position < source.byteSize()) {
      room(1);
      int length = (int) Math.min(buffer.remaining(), source.byteSize() - position);
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, position, bytes, buffer.position(), length);
      buffer.position(buffer.position() + length);
      position += length;
    }
  }

  /** Writes the rest of the buffer, then the digest of the file into its place in the header. */
  String finish() throws IOException {
    flush();
    String digits = digest.finish();
    storage.write(
        channel, ByteBuffer.wrap(digits.getBytes(StandardCharsets.US_ASCII)), FileDigest.OFFSET);
    return digits;
  }

  private void flush() throws IOException {
    int length = buffer.position();
    digest.update(bytes, length);
    storage.write(channel, buffer.flip(), written);
    buffer.clear();
    written += length;
  }
}
