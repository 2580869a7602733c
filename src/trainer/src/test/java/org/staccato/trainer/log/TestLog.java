package org.staccato.trainer.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small logs for tests. */
final class TestLog {
  private TestLog() {}

  static Path write(Path folder, String... lines) throws IOException {
    return writeBytes(folder, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Path writeBytes(Path folder, byte[] bytes) throws IOException {
    return Files.write(folder.resolve("log.txt"), bytes);
  }

  static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /** Writes the events of a log as {@code user:item@millis} words. */
  static String words(EventLog log) {
    StringBuilder words = new StringBuilder();
    for (int event = 0; event < log.size(); event++) {
      words.append(event == 0 ? "" : " ").append(log.users().text(log.user(event)));
      words.append(':').append(log.items().text(log.item(event)));
      words.append(log.hasTimes() ? "@" + log.time(event) : "");
    }
    return words.toString();
  }
}
