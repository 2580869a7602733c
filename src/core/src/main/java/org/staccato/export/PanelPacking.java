package org.staccato.export;

import static org.staccato.network.PanelTensors.scalesName;
import static org.staccato.network.PanelTensors.shape;
import static org.staccato.network.PanelTensors.weightType;

import java.io.IOException;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Panels;
import org.staccato.kernel.WeightType;
import org.staccato.memory.LittleEndian;
import org.staccato.network.LinearHead;

/** Packs matrices into {@link Panels}, and unpacks them. */
final class PanelPacking {

  /** The largest step count of a weight in eight bits. */
  private static final int LARGEST = 127;

  /** Rows without a larger weight are stored as zeros in eight bits. */
  private static final float NEGLIGIBLE = LinearHead.NEGLIGIBLE;

  /** A matrix in the order of the panels; the padding is never read. */
  interface Matrix {

    /** Returns a weight. */
    float at(int row, int input);
  }

  private PanelPacking() {}

  /** Adds a matrix; rows and inputs are those without padding. */
  static void add(
      WeightFileWriter writer, String name, DataType type, int rows, int inputs, Matrix matrix) {
    int blocks = Panels.blocksOf(rows);
    Matrix padded = (row, input) -> row < rows && input < inputs ? matrix.at(row, input) : 0;
    writer.tensor(
        name,
        type,
        output -> {
          for (int block = 0; block < blocks; block++) {
            putBlock(output, type, block, inputs, padded);
          }
        },
        shape(type, blocks, inputs));
    if (type == DataType.I8) {
      writer.tensor(
          scalesName(name),
          DataType.F32,
          output -> {
            for (int row = 0; row < blocks * Panels.ROWS; row++) {
              output.putFloat(scale(padded, row, inputs));
            }
          },
          blocks,
          Panels.ROWS);
    }
  }

  private static void putBlock(
      TensorOutput output, DataType type, int block, int inputs, Matrix matrix) throws IOException {
    int first = block * Panels.ROWS;
    int perWord = weightType(type).inputsPerWord();
    float[] scales = new float[Panels.ROWS];
    for (int row = 0; type == DataType.I8 && row < Panels.ROWS; row++) {
      scales[row] = scale(matrix, first + row, inputs);
    }
    for (int input = 0; input < Panels.padded(inputs); input += perWord) {
      for (int row = first; row < first + Panels.ROWS; row++) {
        switch (type) {
          case F32 -> output.putFloat(matrix.at(row, input));
          case BF16 -> {
            output.putBfloat16(matrix.at(row, input));
            output.putBfloat16(matrix.at(row, input + 1));
          }
          default -> putWord(output, matrix, row, input, scales[row - first]);
        }
      }
    }
  }

  /** Computes the scale of a row: a step, the largest weight over 127, is 2²⁴ scales. */
  private static float scale(Matrix matrix, int row, int inputs) {
    float largest = 0;
    for (int input = 0; input < inputs; input++) {
      largest = Math.max(largest, Math.abs(matrix.at(row, input)));
    }
    return largest < NEGLIGIBLE ? 0 : largest / LARGEST * 0x1p-24f;
  }

  /** Rounds each input so that its byte, with the bytes below it as fraction, comes closest. */
  private static void putWord(TensorOutput output, Matrix matrix, int row, int input, float scale)
      throws IOException {
    double fraction = 0;
    for (int i = 0; i < WeightType.I8.inputsPerWord(); i++) {
      float weight = matrix.at(row, input + i);
      double steps = scale == 0 ? 0 : weight / (scale * 0x1p24);
      long rounded = Math.clamp(Math.round(steps - fraction), -LARGEST - 1, LARGEST);
      output.putByte((byte) rounded);
      fraction = ((rounded & 0xff) + fraction) / 256;
    }
  }

  /** Unpacks a matrix: its rows and inputs are those of the panels, padding included. */
  static Matrix read(WeightFile file, Panels panels) {
    int perWord = panels.type().inputsPerWord();
    return (row, input) -> {
      long word = (long) (input / perWord) * Panels.ROWS + row % Panels.ROWS;
      long block = panels.offset() + row / Panels.ROWS * panels.blockBytes();
      int bits = file.data().get(LittleEndian.INT, block + word * Integer.BYTES);
      return switch (panels.type()) {
        case F32 -> Float.intBitsToFloat(bits);
        case BF16 -> Float.intBitsToFloat(input % perWord == 0 ? bits << 16 : bits & 0xffff0000);
        case I8 -> {
          long scale = panels.scales() + (long) row * Float.BYTES;
          int shift = Byte.SIZE * (perWord - 1 - input % perWord);
          yield (bits << shift) * file.data().get(LittleEndian.FLOAT, scale);
        }
      };
    };
  }
}
