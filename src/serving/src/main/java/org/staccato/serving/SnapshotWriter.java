package org.staccato.serving;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.storage.AtomicFile;
import org.staccato.storage.Storage;

/** Writes a table of users to a file, a block at a time: {@link SnapshotBlocks}. */
final class SnapshotWriter {

  /** The users that are copied under one lock: some tens of microseconds. */
  private static final int CHUNK = 64;

  /** A block is written when it holds so much. */
  private static final int FULL = 1 << 20;

  private final UserStates users;
  private final String digest;
  private final Storage storage;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer block;
  private final byte[] state;
  private final long versionId;
  private int blocks;
  private long position;

  /** Prepares to write the states of the version that a scorer holds. */
  SnapshotWriter(UserStates users, UserScorer scorer, Storage storage) {
    this.users = users;
    this.digest = scorer.digest();
    this.versionId = Translation.versionOf(digest);
    this.storage = storage;
    this.state = new byte[Math.toIntExact(scorer.stateBytes())];
    int user = SnapshotBlocks.USER_BYTES + users.options().events() * Integer.BYTES + state.length;
    this.block =
        ByteBuffer.allocate(SnapshotBlocks.FRAME + FULL + Math.max(user, TEXT_ROOM))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The longest textual key, with its length. */
  private static final int TEXT_ROOM = 1 << 17;

  void write(Path path) throws IOException {
    AtomicFile file = new AtomicFile(path, "." + path.getFileName() + ".", storage);
    file.deleteLeftovers();
    file.write(this::writeBlocks);
  }

  /** Writes all blocks, and returns how many users they hold. */
  private long writeBlocks(FileChannel channel) throws IOException {
    begin();
    block.put((SnapshotBlocks.MAGIC + SnapshotBlocks.FORMAT).getBytes(StandardCharsets.US_ASCII));
    block.putInt(users.options().events());
    block.putInt(state.length);
    block.put(digest.getBytes(StandardCharsets.US_ASCII));
    end(channel, SnapshotBlocks.HEADER);
    long written = 0;
    begin();
    for (Stripe stripe : users.stripes()) {
      int next = 0;
      while (next >= 0) {
        synchronized (stripe) {
          users.requireOpen();
          int to = Math.min(next + CHUNK, stripe.limit());
          for (; next < to && block.position() < SnapshotBlocks.FRAME + FULL; next++) {
            if (stripe.holds(next)) {
              put(stripe, next);
              written++;
            }
          }
          next = next < stripe.limit() ? next : -1;
        }
        if (block.position() >= SnapshotBlocks.FRAME + FULL) {
          end(channel, SnapshotBlocks.USERS);
          begin();
        }
      }
    }
    end(channel, SnapshotBlocks.USERS);
    // After the users, so that it has all the items of their events.
    long items = (long) writeItems(channel, Kind.LONG) + writeItems(channel, Kind.TEXT);
    begin();
    block.putLong(items);
    block.putLong(written);
    end(channel, SnapshotBlocks.END);
    return written;
  }

  /** Writes the items with keys of a kind, and returns how many there are. */
  private int writeItems(FileChannel channel, Kind kind) throws IOException {
    ItemDictionary dictionary = users.dictionary();
    int blockKind = kind == Kind.LONG ? SnapshotBlocks.LONGS : SnapshotBlocks.TEXTS;
    int items = dictionary.size(kind);
    begin();
    for (int place = 0; place < items; place++) {
      if (block.position() >= SnapshotBlocks.FRAME + FULL) {
        end(channel, blockKind);
        begin();
      }
      if (kind == Kind.LONG) {
        block.putLong(dictionary.longs().get(place));
      } else {
        block.putInt(dictionary.texts().length(place));
        dictionary.texts().copyTo(place, block);
      }
    }
    end(channel, blockKind);
    return items;
  }

  private void put(Stripe stripe, int slot) {
    boolean hasState = stripe.version(slot) == versionId && stripe.stateBytes() == state.length;
    int kept = stripe.kept(slot);
    block.putLong(stripe.user(slot));
    block.putLong(stripe.lastUse(slot));
    block.putLong(stripe.total(slot));
    block.putInt(hasState ? 1 : 0);
    block.putInt(kept);
    for (int i = 0; i < kept; i++) {
      block.putInt(stripe.event(slot, i));
    }
    if (hasState) {
      MemorySegment.copy(
          stripe.states(), ValueLayout.JAVA_BYTE, stripe.stateOffset(slot), state, 0, state.length);
      block.put(state);
    }
  }

  private void begin() {
    block.clear().position(SnapshotBlocks.FRAME);
  }

  private void end(FileChannel channel, int kind) throws IOException {
    block.flip();
    block.putInt(0, kind);
    block.putInt(Integer.BYTES, block.limit() - SnapshotBlocks.FRAME);
    block.putInt(2 * Integer.BYTES, blocks++);
    block.putInt(SnapshotBlocks.CHECKSUM, checksum(checksum, block));
    storage.write(channel, block, position);
    position += block.limit();
  }

  /** The checksum of a block that lies at 0, without its place. */
  static int checksum(CRC32C checksum, ByteBuffer block) {
    checksum.reset();
    checksum.update(block.duplicate().position(0).limit(SnapshotBlocks.CHECKSUM));
    checksum.update(block.duplicate().position(SnapshotBlocks.FRAME));
    return (int) checksum.getValue();
  }
}
