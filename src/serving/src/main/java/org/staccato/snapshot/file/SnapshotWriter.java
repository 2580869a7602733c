package org.staccato.snapshot.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.staccato.format.ItemKeys;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.storage.AtomicFile;
import org.staccato.storage.Storage;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.table.StoredUser;
import org.staccato.users.table.UserCursor;
import org.staccato.users.table.UserTable;

/** Writes the users of a table to a file, in the form of {@link SnapshotBlocks}. */
public final class SnapshotWriter {

  /** The most bytes of a textual key with its length. */
  private static final int MOST_TEXT_BYTES = Integer.BYTES + ItemKeys.TEXT_LIMIT;

  private final UserTable table;
  private final ItemDictionary dictionary;
  private final StoredUser user;
  private final Storage storage;

  /**
   * Prepares to write.
   *
   * @param table the users
   * @param dictionary the items of their events
   * @param user carries the users, and the states of one version, to the file
   * @param storage the disk
   */
  public SnapshotWriter(
      UserTable table, ItemDictionary dictionary, StoredUser user, Storage storage) {
    this.table = table;
    this.dictionary = dictionary;
    this.user = user;
    this.storage = storage;
  }

  /**
   * Writes the file. Only one writer at a time may write to a path.
   *
   * @param path the file, which is replaced in one step
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if the table is closed
   */
  public void write(Path path) throws IOException {
    AtomicFile file = new AtomicFile(path, "." + path.getFileName() + ".", storage);
    file.deleteLeftovers();
    file.write(this::writeBlocks);
  }

  /** Writes all blocks, and returns the number of users in them. */
  private long writeBlocks(FileChannel channel) throws IOException {
    BlockWriter writer =
        new BlockWriter(channel, storage, Math.max(user.mostBytes(), MOST_TEXT_BYTES));
    writeHeader(writer);
    long users = writeUsers(writer);
    // After the users, so that the items of all their events are among them.
    long items = (long) writeItems(writer, Kind.LONG) + writeItems(writer, Kind.TEXT);
    writer.payload().putLong(items).putLong(users);
    writer.end(SnapshotBlocks.END);
    return users;
  }

  private void writeHeader(BlockWriter writer) throws IOException {
    writer
        .payload()
        .put((SnapshotBlocks.MAGIC + SnapshotBlocks.FORMAT).getBytes(StandardCharsets.US_ASCII))
        .putInt(user.events())
        .putInt(user.stateBytes())
        .put(user.digest().getBytes(StandardCharsets.US_ASCII));
    writer.end(SnapshotBlocks.HEADER);
  }

  private long writeUsers(BlockWriter writer) throws IOException {
    long users = 0;
    UserCursor cursor = new UserCursor(table, user);
    while (cursor.next()) {
      user.writeTo(writer.payload());
      users++;
      writer.endIfFull(SnapshotBlocks.USERS);
    }
    writer.end(SnapshotBlocks.USERS);
    return users;
  }

  /** Writes the items with keys of a kind, and returns the number of items. */
  private int writeItems(BlockWriter writer, Kind kind) throws IOException {
    int blockKind = kind == Kind.LONG ? SnapshotBlocks.LONGS : SnapshotBlocks.TEXTS;
    int items = dictionary.size(kind);
    ByteBuffer payload = writer.payload();
    for (int place = 0; place < items; place++) {
      if (kind == Kind.LONG) {
        payload.putLong(dictionary.longs().get(place));
      } else {
        payload.putInt(dictionary.texts().length(place));
        dictionary.texts().copyTo(place, payload);
      }
      writer.endIfFull(blockKind);
    }
    writer.end(blockKind);
    return items;
  }
}
