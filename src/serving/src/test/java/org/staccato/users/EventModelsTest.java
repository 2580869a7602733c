package org.staccato.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.LiveModel;
import org.staccato.model.ModelSpecification;
import org.staccato.model.WrongTaskException;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;

/** Models that take attributes of events, which a table of items cannot serve. */
class EventModelsTest {
  private static final String SENTENCE = "the model takes the attributes [type, value, gap, hour";

  @TempDir Path folder;

  private Path eventModel() throws IOException {
    ModelSpecification many = Kinds.networksOfEvents().getFirst();
    ModelSpecification specification =
        new ModelSpecification(many.input(), many.layers(), List.of(many.ranking()));
    return ModelFiles.write(
        folder.resolve("events.safetensors"), RandomNetworks.weights(new Random(1), specification));
  }

  @Test
  void aTableIsRefusedToSuchAModel() throws IOException {
    try (LiveModel live = LiveModel.open(eventModel())) {
      WrongTaskException e =
          assertThrows(
              WrongTaskException.class, () -> new UserStates(live, new UserStatesOptions(9, 5)));
      assertTrue(String.valueOf(e.getMessage()).startsWith(SENTENCE), e.getMessage());
    }
  }

  @Test
  void suchAVersionIsRejectedAndTheOneBeforeGoesOn() throws IOException {
    Path plain = ModelFiles.random(folder, 1, 20, 5, 9);
    try (LiveModel live = LiveModel.open(plain);
        UserStates users = new UserStates(live, new UserStatesOptions(9, 5))) {
      String before = live.version().digest();
      Throwable thrown = assertThrows(Exception.class, () -> live.publish(eventModel()));
      String message = thrown + " " + thrown.getCause();
      assertTrue(message.contains(SENTENCE), message);
      assertEquals(before, live.version().digest());
      try (UserScorer scorer = users.newScorer()) {
        assertTrue(scorer.recordKey(1, 103));
      }
    }
  }
}
