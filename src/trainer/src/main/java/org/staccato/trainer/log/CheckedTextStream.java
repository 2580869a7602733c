package org.staccato.trainer.log;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the bytes of a text file, plain or gzip. Fails at the first byte that is not UTF-8 text and
 * reports its line; the JDK's decoder reports neither the byte nor the line.
 */
final class CheckedTextStream extends FilterInputStream {
  private static final int BUFFER = 1 << 16;
  private static final byte GZIP_FIRST = 0x1F;
  private static final byte GZIP_SECOND = (byte) 0x8B;
  private static final String TEXT = "UTF-8 text, plain or gzip";

  private final String source;
  private long line = 1;

  /**
   * The number of continuation bytes that the current character still needs, and the range of the
   * next byte.
   */
  private int pending;

  private int lowest;
  private int highest;

  private CheckedTextStream(String source, InputStream bytes) {
    super(bytes);
    this.source = source;
  }

  static CheckedTextStream open(LogSource source) throws IOException {
    InputStream bytes = new UnpausedStream(source.open());
    try {
      byte[] head = head(bytes);
      if (head.length > 1 && head[0] == GZIP_FIRST && head[1] == GZIP_SECOND) {
        bytes = new BufferedInputStream(new GZIPInputStream(bytes, BUFFER), BUFFER);
        head = head(bytes);
      }
      ForeignFormat foreign = ForeignFormat.of(head);
      if (foreign != null) {
        throw LogFormatException.ofSource(
            source.name(), foreign.description(), TEXT + "; " + foreign.remedy());
      }
      return new CheckedTextStream(source.name(), bytes);
    } catch (IOException e) {
      bytes.close();
      throw e instanceof EOFException || e instanceof ZipException
          ? damaged(source.name(), LogFormatException.NO_LINE, e)
          : e;
    }
  }

  private static byte[] head(InputStream bytes) throws IOException {
    bytes.mark(ForeignFormat.HEAD);
    byte[] head = bytes.readNBytes(ForeignFormat.HEAD);
    bytes.reset();
    return head;
  }

  /**
   * Never reports 0 available bytes: {@link GZIPInputStream} takes a pipe that is empty for the
   * moment for one at its end, and drops the gzip members that follow.
   */
  private static final class UnpausedStream extends BufferedInputStream {
    UnpausedStream(InputStream bytes) {
      super(bytes, BUFFER);
    }

    @Override
    public synchronized int available() throws IOException {
      return Math.max(1, super.available());
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
      throw damaged(source, line, e);
    }
    if (count < 0 && pending > 0) {
      throw LogFormatException.ofSource(source, line, "the end within a character", TEXT);
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
            : String.format("the byte 0x%02X, which is not valid UTF-8 there", value);
    return LogFormatException.ofSource(source, line, found, TEXT);
  }

  private static LogFormatException damaged(String source, long line, IOException cause) {
    String found =
        cause instanceof EOFException
            ? "the end of the file within its gzip stream"
            : "damaged gzip data (" + cause.getMessage() + ")";
    LogFormatException e = LogFormatException.ofSource(source, line, found, "a complete gzip file");
    e.initCause(cause);
    return e;
  }
}
