package org.staccato.snapshot.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.staccato.snapshot.SnapshotRejectedException;

/** Reads and checks the blocks of a file one after the other. */
final class BlockReader implements AutoCloseable {

  /** The bytes of the buffer before a larger block needs more. */
  private static final int FIRST_BYTES = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final CRC32C checksum = new CRC32C();
  private ByteBuffer block = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long position;
  private int kind;
  private int blocks;

  BlockReader(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  /** Returns to the first block. */
  void rewind() {
    position = 0;
    blocks = 0;
  }

  /** Returns the kind of the block. */
  int kind() {
    return kind;
  }

  /** Returns the payload of the block: the remaining bytes of a buffer. */
  ByteBuffer payload() {
    return block;
  }

  /** Returns the position of the first byte after the block. */
  long position() {
    return position;
  }

  /** Reads the next block, and returns false at the end of the file. */
  boolean next() throws IOException {
    block.clear().limit(SnapshotBlocks.FRAME);
    long start = position;
    if (!fill(start) && block.position() == 0) {
      return false;
    }
    if (block.hasRemaining()) {
      throw cutShort(start);
    }
    int size = block.getInt(SnapshotBlocks.SIZE);
    if (size < 0 || size > SnapshotBlocks.LIMIT) {
      throw rejected(
          "byte "
              + start
              + ": found a block of "
              + size
              + " bytes, expected at most "
              + SnapshotBlocks.LIMIT);
    }
    readPayload(start, size);
    kind = block.getInt(SnapshotBlocks.KIND);
    check(start);
    blocks++;
    block.position(SnapshotBlocks.FRAME);
    position = start + block.limit();
    return true;
  }

  private void readPayload(long start, int size) throws IOException {
    int whole = SnapshotBlocks.FRAME + size;
    if (block.capacity() < whole) {
      ByteBuffer larger = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
      larger.put(block.flip());
      block = larger;
    }
    block.limit(whole);
    if (!fill(start + SnapshotBlocks.FRAME)) {
      throw cutShort(start);
    }
  }

  private void check(long start) throws SnapshotRejectedException {
    if (SnapshotBlocks.checksum(checksum, block) != block.getInt(SnapshotBlocks.CHECKSUM)) {
      throw rejected(
          "byte " + start + ": found a block with a wrong checksum, the file is damaged");
    }
    int place = block.getInt(SnapshotBlocks.PLACE);
    if (place != blocks) {
      throw rejected("byte " + start + ": found block " + place + ", expected block " + blocks);
    }
  }

  /** Fills the buffer to its limit, and returns false if the file ends before. */
  private boolean fill(long from) throws IOException {
    long next = from;
    while (block.hasRemaining()) {
      int count = channel.read(block, next);
      if (count < 0) {
        return false;
      }
      next += count;
    }
    return true;
  }

  private SnapshotRejectedException cutShort(long start) {
    return rejected("byte " + start + ": the file is cut short");
  }

  /** Returns the exception for a problem of the file. */
  SnapshotRejectedException rejected(String problem) {
    return new SnapshotRejectedException(path, problem);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
