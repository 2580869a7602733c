package embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.staccato.AcquiredVersion;
import org.staccato.ItemFilter;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.ScorerPool;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.live.OpenOptions;
import org.staccato.model.ItemInput;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;
import org.staccato.trainer.log.LogFormat;

/**
 * Does what an embedder does: writes a weight file, follows it, records an event of a user, ranks,
 * and restores the users from a snapshot.
 */
public final class Service {
  private static final int ITEMS = 100;
  private static final int WIDTH = 8;
  private static final int UNITS = 17;
  private static final UserStatesOptions USERS = new UserStatesOptions(1000, 20);

  private Service() {}

  /** Fails unless it runs where its argument says, and answers. */
  public static void main(String[] arguments) throws IOException {
    boolean onModulePath = Service.class.getModule().isNamed();
    require(onModulePath == arguments[0].equals("module path"), "runs on the " + arguments[0]);
    require(LogFormat.class.getModule().isNamed() == onModulePath, "so does the trainer");
    Path folder = Files.createTempDirectory("staccato-embedding-");
    Path path = write(folder.resolve("shop.safetensors"));
    try (LiveModel live = LiveModel.open(path, OpenOptions.FOLLOW);
        UserStates users = new UserStates(live, USERS);
        ScorerPool<UserScorer> pool = new ScorerPool<>(2, users::newScorer)) {
      Ranked ranked = new Ranked(10);
      UserScorer scorer = pool.borrow();
      try (AcquiredVersion acquired = scorer.acquire()) {
        require(scorer.record(7, acquired.itemKeys().indexOf("item-3")), "the item is known");
        require(!scorer.recordKey(7, "a new item"), "another one is new");
        require(scorer.topKUnseen(7, 10, ItemFilter.NONE, ranked) == 10, "ten items are ranked");
        System.out.println(
            arguments[0] + ": " + live.backend() + ", " + ranked.text(0));
      } finally {
        pool.giveBack(scorer);
      }
      require(live.backend().startsWith("vector"), "the vector kernels are found");
      Path snapshot = folder.resolve("users.snapshot");
      users.writeSnapshot(snapshot);
      try (UserStates restored = UserStates.restore(snapshot, live, USERS)) {
        require(restored.gauges().users() == 1, "the user is restored");
      }
      Files.delete(snapshot);
    }
    Files.delete(path);
    Files.delete(folder);
  }

  private static Path write(Path path) throws IOException {
    Random random = new Random(1);
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(ITEMS, WIDTH, ItemKeys.Kind.TEXT),
            List.of(new Lstm(WIDTH, UNITS)),
            List.of(new Ranking(Ranking.NEXT, UNITS, ITEMS, false)));
    Map<String, float[]> arrays = new HashMap<>();
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), floats(random, (int) parameter.elements()));
    }
    Weights weights = Weights.of(specification, arrays);
    List<String> keys = IntStream.range(0, ITEMS).mapToObj(i -> "item-" + i).toList();
    ModelWriter.write(
        path, weights, ItemKeySource.of(keys), new float[ITEMS], new int[][] {{1, 2, 3}}, "{}");
    return path;
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() / 4;
    }
    return values;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("expected that " + what);
    }
  }
}
