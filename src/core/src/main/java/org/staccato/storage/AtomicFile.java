package org.staccato.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file that is written anew as a whole, so that a reader sees the old one or the new one and
 * nothing else, even after a power failure: a temporary sibling is written and forced to the disk,
 * renamed over the target, and the folder is forced. Not thread-safe; several may write to the same
 * target, and the last one to rename wins.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  /** What follows the prefix: a UUID and the suffix. */
  private static final Pattern UNIQUE =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}" + Pattern.quote(SUFFIX));

  private final Path target;
  private final Path folder;
  private final String prefix;
  private final Storage storage;

  /**
   * Writes what a file holds.
   *
   * @param <T> what is known of the file once it is written
   */
  @FunctionalInterface
  public interface Content<T> {

    /**
     * Writes all bytes.
     *
     * @param channel an empty file, which stays the caller's
     * @return what {@link AtomicFile#write} returns
     * @throws IOException if the file cannot be written
     */
    T writeTo(FileChannel channel) throws IOException;
  }

  /** Looks at a written file before anybody else can see it. */
  @FunctionalInterface
  public interface Check {

    /**
     * Checks the file.
     *
     * @param temporary the complete file under its temporary name
     * @throws IOException if it must not take the target's place
     */
    void check(Path temporary) throws IOException;
  }

  /**
   * Names a file; nothing is written yet.
   *
   * @param target the file, which need not exist
   * @param prefix what the names of temporary siblings start with
   * @param storage the operations on the disk
   * @throws IOException if the target is a root
   */
  public AtomicFile(Path target, String prefix, Storage storage) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new FileSystemException(target.toString(), null, "found a root, expected a file");
    }
    this.target = target;
    this.folder = parent;
    this.prefix = prefix;
    this.storage = storage;
  }

  /**
   * Writes a text, in UTF-8, in the place of a file or of none.
   *
   * @param target the file, whose folder must exist
   * @param text all that the file holds afterwards
   * @throws IOException if the text cannot be written, as of {@link #write(Content)}
   */
  public static void writeText(Path target, String text) throws IOException {
    Storage storage = Storage.DISK;
    new AtomicFile(target, "." + target.getFileName() + ".", storage)
        .write(
            channel -> {
              storage.write(channel, StandardCharsets.UTF_8.encode(text), 0);
              return text;
            });
  }

  /**
   * Deletes the temporary siblings that writers have left that were killed, and those of writers
   * that are at work: only for targets of one writer at a time.
   *
   * @throws IOException if the folder does not exist or a sibling cannot be deleted
   */
  public void deleteLeftovers() throws IOException {
    requireFolder();
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(folder)) {
      leftovers = files.filter(this::isTemporary).toList();
    }
    for (Path leftover : leftovers) {
      Files.deleteIfExists(leftover);
    }
  }

  /** The prefix of one target may begin that of another, so all of the name counts. */
  private boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(prefix) && UNIQUE.matcher(name.substring(prefix.length())).matches();
  }

  /**
   * Writes the file and puts it in the target's place. On failure the temporary sibling is deleted
   * and the target is what it was; exceptions that are not about input and output are passed on.
   *
   * @param <T> what is known of the file once it is written
   * @param content writes the bytes
   * @return what the content returned
   * @throws IOException if the file cannot be written; if only the last step fails, the message
   *     says that the new file is in place
   */
  public <T> T write(Content<T> content) throws IOException {
    return write(content, temporary -> {});
  }

  /**
   * Writes the file as {@link #write(Content)} does, and has it checked before it takes the
   * target's place.
   *
   * @param <T> what is known of the file once it is written
   * @param content writes the bytes
   * @param check what must not fail
   * @return what the content returned
   * @throws IOException if the file cannot be written or the check fails
   */
  public <T> T write(Content<T> content, Check check) throws IOException {
    Path temporary = folder.resolve(prefix + UUID.randomUUID() + SUFFIX);
    FileChannel created = create(temporary);
    T written;
    try {
      try (FileChannel channel = created) {
        written = content.writeTo(channel);
        storage.force(channel);
      }
      check.check(temporary);
      storage.replace(temporary, target);
    } catch (IOException e) {
      discard(temporary, e);
      throw new IOException(target + ": cannot be written: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      discard(temporary, e);
      throw e;
    }
    forceFolder();
    return written;
  }

  private void requireFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(target + ": cannot be written: there is no folder " + folder);
    }
  }

  private FileChannel create(Path temporary) throws IOException {
    requireFolder();
    try {
      return storage.create(temporary);
    } catch (AccessDeniedException e) {
      throw new IOException(
          target + ": cannot be written: the folder " + folder + " is read-only", e);
    } catch (IOException e) {
      throw new IOException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static void discard(Path temporary, Throwable failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void forceFolder() throws IOException {
    try {
      storage.forceFolder(folder);
    } catch (IOException e) {
      throw new IOException(
          target + ": was written, but may not outlast a power failure: " + e.getMessage(), e);
    }
  }
}
