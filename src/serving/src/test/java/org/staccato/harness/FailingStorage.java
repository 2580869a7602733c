package org.staccato.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.staccato.storage.Storage;

/** A disk that fails at one of its operations. */
public final class FailingStorage implements Storage {
  public static final String MESSAGE = "No space left on device";

  private final int at;
  private int operations;

  /** Fails at the operation with a number, from 0. */
  public FailingStorage(int at) {
    this.at = at;
  }

  private void count() throws IOException {
    if (operations++ == at) {
      throw new IOException(MESSAGE);
    }
  }

  @Override
  public FileChannel create(Path path) throws IOException {
    count();
    return Storage.super.create(path);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    count();
    Storage.super.write(channel, bytes, position);
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    count();
    Storage.super.force(channel);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    count();
    Storage.super.replace(from, to);
  }

  @Override
  public void forceFolder(Path path) throws IOException {
    count();
    Storage.super.forceFolder(path);
  }
}
