package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.staccato.export.ResumableModel;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileSlots;
import org.staccato.live.LoadMode;
import org.staccato.memory.LittleEndian;
import org.staccato.model.FeatureInput;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Parameter;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.model.WrongTaskException;
import org.staccato.network.LayerStack;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.StepScratch;
import org.staccato.rank.BlendedRanking;
import org.staccato.rank.CatalogueRanking;
import org.staccato.rank.RankingTask;
import org.staccato.rank.TopK;

/**
 * The rules for any file: it is rejected with a reason in one line, or it is accepted and all its
 * scores are finite; and opening it takes memory in proportion to its size.
 */
final class HostileFileJudge {

  /**
   * The bytes of heap that opening a file may allocate for each of its bytes. A header of only
   * small objects takes that much; weights take nothing.
   */
  static final long HEAP_FACTOR = 96;

  /** The additional bytes, for buffers that do not depend on the file. */
  static final long HEAP_CONSTANT = 1 << 19;

  /** The bytes of native memory that a user and a thread may take for each byte of the file. */
  static final long NATIVE_FACTOR = 2;

  private static final int MESSAGE_LIMIT = 2_000;
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");
  private static final float[] FEATURES = {0, 1, -1, 1e3f, 0.5f};

  private final Path path;
  private final boolean measures;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final CatalogueRanking ranking = new CatalogueRanking();
  private final TopK best = new TopK(1);

  /**
   * Judges files that it writes to a path.
   *
   * @param measures whether it looks at the heap, where an agent does not fill it as well
   */
  HostileFileJudge(Path path, boolean measures) {
    this.path = path;
    this.measures = measures;
  }

  /**
   * Opens a file as {@link LiveModel#open} does, and uses it.
   *
   * @return why it was rejected, or empty if it was accepted
   */
  Optional<Reason> judge(byte[] bytes, LoadMode mode) throws IOException {
    // A new file: some file systems wait for the disk when one is truncated and written again.
    Files.deleteIfExists(path);
    Files.write(path, bytes);
    Opening opening = open(bytes, mode, false);
    long limit = HEAP_CONSTANT + HEAP_FACTOR * bytes.length;
    long allocated = opening.allocated;
    if (measures && allocated > limit) {
      // The JVM's own: classes that were loaded, and vectors, which are objects in interpreted
      // code.
      allocated = open(bytes, mode, true).allocated;
      requireProportionate("heap", allocated, limit, bytes);
    }
    return opening.rejected;
  }

  private record Opening(Optional<Reason> rejected, long allocated) {}

  private Opening open(byte[] bytes, LoadMode mode, boolean scalar) throws IOException {
    long before = threads.getCurrentThreadAllocatedBytes();
    try (WeightFileSlots slots = new WeightFileSlots();
        WeightFile file =
            mode == LoadMode.MAP ? WeightFile.open(path) : slots.open(path, Pace.full())) {
      Network network = scalar ? Network.openScalar(file) : Network.open(file);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      requireProportionate("state", nativeSize(network), NATIVE_FACTOR * bytes.length, bytes);
      for (Head head : network.specification().heads()) {
        switch (head) {
          case Ranking ranks -> rank(network);
          case Prediction predicts -> predict(network);
          case NeighbourMemory remembers -> blend(network);
        }
      }
      if (file.tensors().stream().anyMatch(tensor -> tensor.name().startsWith("training."))) {
        resume();
      }
      return new Opening(Optional.empty(), allocated);
    } catch (ModelRejectedException e) {
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      requireReadable(e);
      return new Opening(Optional.of(e.reason()), allocated);
    }
  }

  /** Reads all weights of a file that claims to be one from which a training can go on. */
  private void resume() throws IOException {
    try (ResumableModel model = ResumableModel.open(path)) {
      Weights weights = model.weights();
      for (Parameter parameter : weights.specification().parameters()) {
        FloatMatrix elements = weights.get(parameter.name());
        for (int row = 0; row < elements.rows(); row++) {
          for (int column = 0; column < elements.columns(); column++) {
            requireFinite(parameter.name(), elements.at(row, column));
          }
        }
      }
    } catch (ModelRejectedException e) {
      requireReadable(e);
    } catch (WrongTaskException ofFeatures) {
      assertNotNull(ofFeatures.getMessage());
    }
  }

  private static long nativeSize(Network network) {
    LayerStack stack = network.stack();
    long size = stack.preparedSize() + new StepScratch(stack, null).byteSize();
    return network.specification().findPrediction().isPresent()
        ? size + network.prediction().newScratch().byteSize()
        : size;
  }

  private static void requireProportionate(String what, long taken, long limit, byte[] bytes) {
    assertTrue(
        taken <= limit,
        () -> what + ": a file of " + bytes.length + " bytes took " + taken + ", limit " + limit);
  }

  private static void requireReadable(ModelRejectedException rejected) {
    assertNotNull(rejected.reason());
    String message = String.valueOf(rejected.getMessage());
    assertFalse(NOT_PRINTABLE.matcher(message).find(), message);
    assertTrue(message.length() <= MESSAGE_LIMIT, () -> message.length() + " characters");
  }

  private void rank(Network network) {
    int items = network.specification().ranking().items();
    LinearHead output = network.ranking();
    MemorySegment state = network.stack().newState();
    StepScratch scratch = new StepScratch(network.stack(), null);
    MemorySegment scores = LinearHead.newScores(output.blocks());
    RankingTask task = new RankingTask();
    for (int item : new int[] {0, items - 1, items / 2}) {
      network.stack().step(state, false, scratch, item);
      output.score(state, 0, output.blocks(), scores);
      for (int i = 0; i < items; i++) {
        float score = scores.getAtIndex(LittleEndian.FLOAT, i);
        requireFinite("score of item " + i, score);
        assertEquals(score, output.score(state, i), "a single score");
      }
      task.setUser(output, items, state);
      task.setResult(1, best);
      ranking.rank(task);
      assertEquals(1, best.size());
      requireFinite("best score", best.score(0));
      assertTrue(best.item(0) < items);
    }
    ItemKeys keys = network.itemKeys();
    for (int item = 0; item < items; item++) {
      assertEquals(item, keys.indexOf(keys.text(item)));
      requireFinite("popularity of item " + item, network.popularity(item));
    }
  }

  private void blend(Network network) {
    BlendedRanking blended = Objects.requireNonNull(BlendedRanking.of(network, null));
    int items = network.specification().ranking().items();
    MemorySegment state = network.stack().newState();
    StepScratch scratch = new StepScratch(network.stack(), null);
    float[] scores = new float[items];
    for (int event = 0; event < 12; event++) {
      blended.scores(state, scores);
      for (float score : scores) {
        requireFinite("blended score", score);
      }
      network.stack().step(state, false, scratch, event * 7 % items);
    }
    // A state that somebody tampered with.
    state.fill((byte) 0x7f);
    blended.scores(state, scores);
  }

  private static void predict(Network network) {
    MemorySegment state = network.stack().newState();
    StepScratch scratch = new StepScratch(network.stack(), null);
    MemorySegment sums = network.prediction().newScratch();
    float[] input = new float[network.stack().features()];
    float[] results = new float[network.prediction().outputs()];
    for (int event = 0; event < FEATURES.length; event++) {
      switch (network.specification().input()) {
        case ItemInput items -> network.stack().step(state, false, scratch, event % items.items());
        case FeatureInput features -> {
          for (int i = 0; i < input.length; i++) {
            input[i] = FEATURES[(i + event) % FEATURES.length];
          }
          scratch.setFeatures(input, 0);
          network.stack().step(state, false, scratch);
        }
      }
      network.prediction().predict(state, sums, results);
      for (float result : results) {
        requireFinite("prediction", result);
      }
    }
  }

  private static void requireFinite(String what, float value) {
    assertTrue(Float.isFinite(value), () -> what + ": found " + value);
  }
}
