package org.staccato.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.staccato.json.Json;
import org.staccato.json.Json.JsonObject;
import org.staccato.json.JsonException;

/** A small loader of ordinary safetensors files, such as PyTorch's weights are kept in. */
final class Safetensors {
  private final Map<String, double[]> values = new HashMap<>();
  private final Map<String, List<Long>> shapes = new HashMap<>();

  Safetensors(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    String header = StandardCharsets.UTF_8.decode(bytes.slice(8, length)).toString();
    try {
      JsonObject tensors = Json.parseObject(header);
      for (String name : tensors.members().keySet()) {
        if (!name.equals("__metadata__")) {
          JsonObject tensor = tensors.object(name);
          List<Long> offsets = tensor.integers("data_offsets");
          shapes.put(name, tensor.integers("shape"));
          values.put(
              name,
              read(
                  bytes
                      .slice(
                          8 + length + offsets.get(0).intValue(),
                          (int) (offsets.get(1) - offsets.get(0)))
                      .order(ByteOrder.LITTLE_ENDIAN),
                  tensor.string("dtype")));
        }
      }
    } catch (JsonException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static double[] read(ByteBuffer bytes, String type) throws IOException {
    int size = type.equals("F32") ? Float.BYTES : Long.BYTES;
    double[] values = new double[bytes.remaining() / size];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case "F32" -> bytes.getFloat();
            case "F64" -> bytes.getDouble();
            case "I64" -> bytes.getLong();
            default -> throw new IOException("the type " + type + " is not read here");
          };
    }
    return values;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  double[] doubles(String name) {
    return values.getOrDefault(name, new double[0]);
  }

  float[] floats(String name) {
    double[] source = doubles(name);
    float[] result = new float[source.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) source[i];
    }
    return result;
  }

  int dimension(String name, int index) {
    return shapes.getOrDefault(name, List.of()).get(index).intValue();
  }
}
