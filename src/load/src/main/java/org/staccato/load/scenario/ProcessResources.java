package org.staccato.load.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process holds, as Linux counts it; −1 where there is no {@code /proc}.
 *
 * @param mappings the mappings of weight files
 * @param openFiles the open files
 * @param threads the threads
 * @param residentBytes the resident memory
 */
public record ProcessResources(long mappings, long openFiles, long threads, long residentBytes) {
  private static final Path SELF = Path.of("/proc/self");
  private static final ProcessResources UNKNOWN = new ProcessResources(-1, -1, -1, -1);

  /**
   * Counts.
   *
   * @param names what the names of the weight files end with
   * @return the counts of this moment
   * @throws IOException if Linux does not tell them
   */
  public static ProcessResources now(List<String> names) throws IOException {
    if (!Files.isDirectory(SELF)) {
      return UNKNOWN;
    }
    long mappings;
    try (Stream<String> lines = Files.lines(SELF.resolve("maps"))) {
      // A file that was replaced meanwhile has a remark behind its name.
      mappings =
          lines
              .map(line -> line.replace(" (deleted)", ""))
              .filter(line -> names.stream().anyMatch(line::endsWith))
              .count();
    }
    try (Stream<Path> open = Files.list(SELF.resolve("fd"))) {
      return new ProcessResources(
          mappings, open.count(), status("Threads:"), status("VmRSS:") * 1024);
    }
  }

  /**
   * Reads the resident memory of this process.
   *
   * @return the bytes, −1 if unknown
   * @throws IOException if Linux does not tell them
   */
  public static long resident() throws IOException {
    return Files.isDirectory(SELF) ? status("VmRSS:") * 1024 : -1;
  }

  private static long status(String field) throws IOException {
    try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(-1);
    }
  }
}
