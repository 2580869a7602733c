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
 * Replaces a file atomically: a reader sees the old file or the new one, even after a power
 * failure. A write creates a temporary sibling, forces it to the disk, renames it over the target,
 * and forces the folder. Not thread-safe; several objects may write to the same target, and the
 * last one to rename wins.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  /** The rest of a name after the prefix: a UUID and the suffix. */
  private static final Pattern UNIQUE =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}" + Pattern.quote(SUFFIX));

  private final Path target;
  private final Path folder;
  private final String prefix;
  private final Storage storage;

  /**
   * Writes the content of a file.
   *
   * @param <T> the result of writing the file
   */
  @FunctionalInterface
  public interface Content<T> {

    /**
     * Writes all bytes.
     *
     * @param channel an empty file, still owned by the caller
     * @return the result, which {@link AtomicFile#write} returns
     * @throws IOException if the file cannot be written
     */
    T writeTo(FileChannel channel) throws IOException;
  }

  /** Checks a written file before it replaces the target. */
  @FunctionalInterface
  public interface Check {

    /**
     * Checks the file.
     *
     * @param temporary the complete file under its temporary name
     * @throws IOException if the file must not replace the target
     */
    void check(Path temporary) throws IOException;
  }

  /**
   * Names a file; does not write yet.
   *
   * @param target the file, which need not exist
   * @param prefix the start of the names of temporary siblings
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
   * Writes a text in UTF-8, as a new file or in place of an old one.
   *
   * @param target the file, whose folder must exist
   * @param text the whole content of the file
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
   * Deletes all temporary siblings: those that killed writers have left, but also those of writers
   * at work, so call it only for targets of one writer at a time.
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

  /**
   * Returns whether a file is a temporary sibling. Compares the whole name, since the prefix of one
   * target may begin that of another.
   */
  private boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(prefix) && UNIQUE.matcher(name.substring(prefix.length())).matches();
  }

  /**
   * Writes the file and replaces the target. On failure the temporary sibling is deleted and the
   * target is unchanged; exceptions other than {@link IOException} are passed on.
   *
   * @param <T> the result of writing the file
   * @param content writes the bytes
   * @return the result of the content
   * @throws IOException if the file cannot be written; if only the last step fails, the message
   *     says that the new file is in place
   */
  public <T> T write(Content<T> content) throws IOException {
    return write(content, temporary -> {});
  }

  /**
   * Writes the file as {@link #write(Content)} does, and checks it before it replaces the target.
   *
   * @param <T> the result of writing the file
   * @param content writes the bytes
   * @param check the check
   * @return the result of the content
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
