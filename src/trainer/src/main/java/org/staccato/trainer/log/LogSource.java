package org.staccato.trainer.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The source of the bytes of a log: a file, or any other stream.
 *
 * <p>Immutable. A source can be read twice if its opener can open it twice.
 */
public final class LogSource {
  private final String name;
  private final Opener opener;

  /** Opens a stream. */
  @FunctionalInterface
  public interface Opener {

    /**
     * {@return a stream of all bytes of the log, which the caller closes}
     *
     * @throws IOException if the stream cannot be opened
     */
    InputStream open() throws IOException;
  }

  private LogSource(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /**
   * {@return a file as a source}
   *
   * @param file the file, which need not exist yet
   */
  public static LogSource of(Path file) {
    return new LogSource(file.toString(), () -> openFile(file));
  }

  /**
   * {@return any stream as a source}
   *
   * @param name the name in messages, such as {@code standard input}
   * @param opener opens it
   */
  public static LogSource of(String name, Opener opener) {
    return new LogSource(name, opener);
  }

  /** {@return the name in messages; the name of a file is its path as given} */
  public String name() {
    return name;
  }

  InputStream open() throws IOException {
    return opener.open();
  }

  private static InputStream openFile(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw unreadable(file, "a folder");
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "a file without permission to read it");
    }
  }

  private static LogFormatException unreadable(Path file, String found) {
    return LogFormatException.ofSource(file.toString(), found, "a readable file");
  }

  @Override
  public String toString() {
    return name;
  }
}
