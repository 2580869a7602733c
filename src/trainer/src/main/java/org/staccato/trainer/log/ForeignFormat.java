package org.staccato.trainer.log;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Formats other than text that often hold a log, recognised by their first bytes. */
enum ForeignFormat {
  PARQUET(
      "PAR1",
      "a Parquet file",
      "export it as text first: duckdb -c \"COPY 'in.parquet' TO 'out.csv'\""),
  ORC("ORC", "an ORC file", "export it as text first"),
  AVRO("Obj\u0001", "an Avro file", "export it as text first: avro-tools tojson"),
  ZIP("PK\u0003\u0004", "a zip archive", "unpack it first, or pipe it: unzip -p in.zip"),
  ZSTANDARD("(\u00B5/\u00FD", "a Zstandard file", "unpack it first, or pipe it: zstd -dc"),
  XZ("\u00FD7zXZ\u0000", "an xz file", "unpack it first, or pipe it: xz -dc"),
  BZIP2("BZh", "a bzip2 file", "unpack it first, or pipe it: bzip2 -dc");

  /** The number of bytes that distinguish all of them. */
  static final int HEAD = 6;

  private final String magic;
  private final String description;
  private final String remedy;

  ForeignFormat(String magic, String description, String remedy) {
    this.magic = magic;
    this.description = description;
    this.remedy = remedy;
  }

  /** Returns the format that begins with some bytes, or null if no format matches. */
  static @Nullable ForeignFormat of(byte[] head) {
    String begin = new String(head, StandardCharsets.ISO_8859_1);
    for (ForeignFormat format : values()) {
      if (begin.startsWith(format.magic)) {
        return format;
      }
    }
    return null;
  }

  /** Returns the name of the format for people. */
  String description() {
    return description;
  }

  /** Returns the advice for a file of the format. */
  String remedy() {
    return remedy;
  }
}
