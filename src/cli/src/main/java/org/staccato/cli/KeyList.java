package org.staccato.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads keys of items from a command line. */
final class KeyList {
  private KeyList() {}

  /**
   * {@return the keys of a comma-separated list, where a key with a comma is quoted as in CSV, or
   * of a file with one key per line; blank keys are left out}
   *
   * @param given the list, or {@code @} and a path
   * @throws BadInputException if a quote is not closed, or the file is not UTF-8 text
   * @throws IOException if the file cannot be read
   */
  static List<String> of(String given) throws IOException {
    return given.startsWith("@") ? lines(Path.of(given.substring(1))) : fields(given);
  }

  private static List<String> lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return notBlank(lines);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new BadInputException(
            file + ": found bytes that are not UTF-8 text, expected one key per line");
      }
      throw e.getCause();
    }
  }

  private static List<String> fields(String list) throws IOException {
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .trimWhitespacesAroundQuotes(true)
            .allowUnclosedQuote(false)
            .ofCsvRecord(list)) {
      return notBlank(records.stream().flatMap(line -> line.getFields().stream()));
    } catch (CsvParseException e) {
      throw new BadInputException(
          "keys: found "
              + list
              + ", expected commas between them and quotes around a key with a comma");
    }
  }

  private static List<String> notBlank(Stream<String> keys) {
    return keys.map(String::strip).filter(key -> !key.isEmpty()).toList();
  }
}
