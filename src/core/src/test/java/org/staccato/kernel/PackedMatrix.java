package org.staccato.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * A random matrix in panels, packed here word by word as {@link Panels} and {@link WeightType}
 * describe them, and read back as double precision in the same independent way. Sixteen unrelated
 * words precede it.
 */
final class PackedMatrix {
  private static final int BEFORE = 16;

  final WeightType type;
  final int rows;
  final int inputs;
  final int[] words;
  private final long offset;
  private final long scales;
  private final int blocks;
  private final int padded;

  private PackedMatrix(WeightType type, int rows, int inputs) {
    this.type = type;
    this.rows = rows;
    this.inputs = inputs;
    this.blocks = (rows + 63) / 64;
    this.padded = (inputs + 3) / 4 * 4;
    int weights = blocks * 64 * padded / perWord();
    int scaleWords = type == WeightType.I8 ? blocks * 64 : 0;
    this.words = new int[BEFORE + weights + scaleWords];
    this.offset = (long) BEFORE * Integer.BYTES;
    this.scales = scaleWords == 0 ? 0 : offset + (long) weights * Integer.BYTES;
  }

  /** The panels over memory that holds the words. */
  Panels in(MemorySegment memory) {
    return new Panels(memory, type, offset, scales, blocks, padded);
  }

  int blocks() {
    return blocks;
  }

  /** A matrix of random weights, zero in its padding. */
  static PackedMatrix random(Random random, WeightType type, int rows, int inputs) {
    PackedMatrix matrix = new PackedMatrix(type, rows, inputs);
    for (int row = 0; row < rows; row++) {
      for (int input = 0; input < inputs; input++) {
        matrix.put(row, input, random);
      }
      if (type == WeightType.I8) {
        float scale = (float) Math.scalb(0.5 + random.nextDouble(), -31);
        matrix.words[matrix.scaleAt(row)] = Float.floatToRawIntBits(scale);
      }
    }
    return matrix;
  }

  /** A matrix whose weights are all 1, padding included; not of type I8. */
  static PackedMatrix ones(WeightType type, int rows, int inputs) {
    PackedMatrix matrix = new PackedMatrix(type, rows, inputs);
    int one = Float.floatToRawIntBits(1);
    for (int i = BEFORE; i < matrix.words.length; i++) {
      matrix.words[i] = type == WeightType.F32 ? one : one | one >>> 16;
    }
    return matrix;
  }

  private int perWord() {
    return switch (type) {
      case F32 -> 1;
      case BF16 -> 2;
      case I8 -> 4;
    };
  }

  private int wordAt(int row, int input) {
    int wordsPerRow = (inputs + 3) / 4 * 4 / perWord();
    return BEFORE + (row / 64 * wordsPerRow + input / perWord()) * 64 + row % 64;
  }

  private int scaleAt(int row) {
    return words.length - (rows + 63) / 64 * 64 + row;
  }

  private void put(int row, int input, Random random) {
    int index = wordAt(row, input);
    int bits = Float.floatToRawIntBits((float) random.nextGaussian());
    words[index] |=
        switch (type) {
          case F32 -> bits;
          case BF16 -> input % 2 == 0 ? bits >>> 16 : bits & 0xffff0000;
          case I8 -> random.nextInt(256) << (8 * (input % 4));
        };
  }

  /** The weight that the word of a row and input stands for, without the scale. */
  float weight(int row, int input) {
    int word = words[wordAt(row, input)];
    return switch (type) {
      case F32 -> Float.intBitsToFloat(word);
      case BF16 -> Float.intBitsToFloat(input % 2 == 0 ? word << 16 : word & 0xffff0000);
      case I8 -> (float) (word << (8 * (3 - input % 4)));
    };
  }

  /** The scale of a row; 1 if the type has none. */
  float scale(int row) {
    return type == WeightType.I8 ? Float.intBitsToFloat(words[scaleAt(row)]) : 1;
  }

  /** The weight in double precision, exactly. */
  double exact(int row, int input) {
    if (type == WeightType.I8) {
      return (double) (words[wordAt(row, input)] << (8 * (3 - input % 4))) * scale(row);
    }
    return weight(row, input);
  }
}
