package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A weight file is a safetensors file: a reader that knows only safetensors opens it. */
class InteroperabilityTest {
  @TempDir Path folder;

  @Test
  void aReaderOfSafetensorsReadsAWeightFile() throws IOException {
    Path path = folder.resolve("model.safetensors");
    WeightFileWriter writer =
        new WeightFileWriter()
            .metadata("note", "{\"quoted\":\"text\"}")
            .tensor(
                "layer.0.recurrent",
                DataType.F32,
                output -> {
                  for (int i = 0; i < 384; i++) {
                    output.putFloat(i / 2f);
                  }
                },
                2,
                3,
                4,
                16)
            .tensor(
                "bytes",
                DataType.U8,
                MemorySegment.ofArray("x".repeat(64).getBytes(StandardCharsets.US_ASCII)),
                64);
    ItemKeySource.of(30, -20, 10).addTo(writer);
    String digest = writer.publish(path);

    IndependentReader reader = new IndependentReader(path);
    Map<String, Object> metadata =
        IndependentReader.asMap(IndependentReader.field(reader.header, "__metadata__"));
    assertEquals(digest, metadata.get("staccato.digest"));
    assertEquals("3", metadata.get("staccato.format.version"));
    assertEquals("{\"quoted\":\"text\"}", metadata.get("note"));
    assertEquals(
        List.of("__metadata__", "layer.0.recurrent", "bytes", "items.keys", "items.index"),
        List.copyOf(reader.header.keySet()));

    Map<String, Object> recurrent =
        IndependentReader.asMap(IndependentReader.field(reader.header, "layer.0.recurrent"));
    assertEquals("F32", recurrent.get("dtype"));
    assertEquals(List.of(2L, 3L, 4L, 16L), recurrent.get("shape"));
    ByteBuffer weights = reader.tensor("layer.0.recurrent");
    assertEquals(384 * 4, weights.remaining());
    for (int i = 0; i < 384; i++) {
      assertEquals(i / 2f, weights.getFloat());
    }
    assertEquals('x', reader.tensor("bytes").get(63));
    ByteBuffer keys = reader.tensor("items.keys");
    assertEquals(30, keys.getLong());
    assertEquals(-20, keys.getLong());
    assertEquals(10, keys.getLong());
    assertEquals(16 * 4, reader.tensor("items.index").remaining());
  }
}
