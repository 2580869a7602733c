package org.staccato.trainer.log;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a text file, plain or gzip, that fails at the first byte that is not UTF-8 text and
 * knows on which line that is: the JDK's decoder reports neither.
 */
final class CheckedTextStream extends FilterInputStream {
  private static final int BUFFER = 1 << 16;
  private static final String TEXT = "UTF-8 text, plain or gzip";

  private final Path file;
  private long line = 1;

  /** Continuation bytes that the current character still needs, and the range of the next one. */
  private int pending;

  private int lowest;
  private int highest;

  private CheckedTextStream(Path file, InputStream bytes) {
    super(bytes);
    this.file = file;
  }

  static CheckedTextStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new LogFormatException(
          file, LogFormatException.NO_LINE, null, "a folder", "a readable file");
    }
    InputStream bytes;
    try {
      bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(file, "a file without permission to read it", e);
    }
    try {
      bytes.mark(2);
      int magic = bytes.read() | bytes.read() << 8;
      bytes.reset();
      if (magic == GZIPInputStream.GZIP_MAGIC) {
        return new CheckedTextStream(file, new GZIPInputStream(bytes, BUFFER));
      }
      return new CheckedTextStream(file, bytes);
    } catch (IOException e) {
      bytes.close();
      throw e instanceof EOFException || e instanceof ZipException
          ? damaged(file, LogFormatException.NO_LINE, e)
          : e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count;
    try {
      count = in.read(target, offset, length);
    } catch (EOFException | ZipException e) {
      throw damaged(file, line, e);
    }
    if (count < 0 && pending > 0) {
      throw new LogFormatException(file, line, null, "the end amid a character", TEXT);
    }
    for (int i = 0; i < count; i++) {
      check(target[offset + i] & 0xFF);
    }
    return count;
  }

  /** One byte of the table of well-formed UTF-8 (Unicode 16, table 3-7). */
  private void check(int value) throws LogFormatException {
    if (pending > 0) {
      if (value < lowest || value > highest) {
        throw notText(value);
      }
      pending--;
      lowest = 0x80;
      highest = 0xBF;
    } else if (value < 0x80) {
      if (value == '\n') {
        line++;
      } else if (value < ' ' && value != '\t' && value != '\r') {
        throw notText(value);
      }
    } else if (value >= 0xC2 && value <= 0xF4) {
      pending = value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
      lowest = value == 0xE0 ? 0xA0 : value == 0xF0 ? 0x90 : 0x80;
      highest = value == 0xED ? 0x9F : value == 0xF4 ? 0x8F : 0xBF;
    } else {
      throw notText(value);
    }
  }

  private LogFormatException notText(int value) {
    String found =
        value < ' '
            ? String.format("the control character 0x%02X of a binary or UTF-16 file", value)
            : String.format("the byte 0x%02X, which is not UTF-8 there", value);
    return new LogFormatException(file, line, null, found, TEXT);
  }

  private static LogFormatException damaged(Path file, long line, IOException cause) {
    String found =
        cause instanceof EOFException
            ? "the end of the file within its gzip stream"
            : "damaged gzip data (" + cause.getMessage() + ")";
    LogFormatException e = new LogFormatException(file, line, null, found, "a complete gzip file");
    e.initCause(cause);
    return e;
  }

  private static LogFormatException unreadable(Path file, String found, IOException cause) {
    LogFormatException e =
        new LogFormatException(file, LogFormatException.NO_LINE, null, found, "a readable file");
    e.initCause(cause);
    return e;
  }
}
