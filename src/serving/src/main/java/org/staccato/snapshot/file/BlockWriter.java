package org.staccato.snapshot.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;
import org.staccato.storage.Storage;

/** Collects the payload of a block, and writes the blocks of a file one after the other. */
final class BlockWriter {

  /** The bytes of a payload from which on its block is written. */
  private static final int FULL = 1 << 20;

  private final FileChannel channel;
  private final Storage storage;
  private final ByteBuffer block;
  private final CRC32C checksum = new CRC32C();
  private int blocks;
  private long position;

  /** Allocates a block, for entries of at most the given bytes. */
  BlockWriter(FileChannel channel, Storage storage, long mostBytes) {
    this.channel = channel;
    this.storage = storage;
    this.block =
        ByteBuffer.allocate(Math.toIntExact(SnapshotBlocks.FRAME + FULL + mostBytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    clear();
  }

  /** Returns the payload, to which an entry of the block is appended. */
  ByteBuffer payload() {
    return block;
  }

  private void clear() {
    block.clear().position(SnapshotBlocks.FRAME);
  }

  /** Writes the block if no further entry is sure to fit. */
  void endIfFull(int kind) throws IOException {
    if (block.position() >= SnapshotBlocks.FRAME + FULL) {
      end(kind);
    }
  }

  /** Writes the block, and begins the next one. */
  void end(int kind) throws IOException {
    block.flip();
    block.putInt(SnapshotBlocks.KIND, kind);
    block.putInt(SnapshotBlocks.SIZE, block.limit() - SnapshotBlocks.FRAME);
    block.putInt(SnapshotBlocks.PLACE, blocks++);
    block.putInt(SnapshotBlocks.CHECKSUM, SnapshotBlocks.checksum(checksum, block));
    storage.write(channel, block, position);
    position += block.limit();
    clear();
  }
}
