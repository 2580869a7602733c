package org.staccato.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.staccato.LiveModel;
import org.staccato.live.OpenOptions;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.pages.CodeBlock;
import org.staccato.testkit.pages.Page;
import org.staccato.trainer.log.LogFormat;
import org.staccato.users.UserKeys;
import org.staccato.users.UserRecord;
import org.staccato.users.UserScorer;
import org.staccato.users.UserStates;
import org.staccato.users.UserStatesOptions;

/** The recipes that are whole classes do what their pages say, with a model of items 100 to 139. */
class RecipesTest {
  private static final UserStatesOptions SIZE = new UserStatesOptions(100, 3);

  @TempDir Path folder;
  private Path model = Path.of("");
  private Path snapshot = Path.of("");
  private Path classes = Path.of("");

  @BeforeEach
  void writeAModel() throws IOException {
    model = ModelFiles.random(folder, 1, 40, 8, 16);
    snapshot = folder.resolve("users.snapshot");
    classes = Files.createDirectory(folder.resolve("classes"));
  }

  private static CodeBlock block(String page, String name) {
    return Page.read(Path.of("docs", page)).blocks("java").stream()
        .filter(block -> block.text().contains("class " + name + " "))
        .findFirst()
        .orElseThrow();
  }

  private Class<?> compiled(String page, String name)
      throws IOException, ReflectiveOperationException {
    JavaBlocks blocks = new JavaBlocks(classes);
    CodeBlock block = block(page, name);
    assertEquals(List.of(), blocks.problems(List.of(block)));
    return blocks.load(block, name);
  }

  private LiveModel open() throws IOException {
    return LiveModel.open(model, OpenOptions.COPY.withCold(true));
  }

  @Test
  void theServiceAnswersAndKeepsItsUsersAtSigterm() throws Exception {
    Class<?> service = compiled("cookbook.md", "RecommendationService");
    List<String> first;
    try (Service run = new Service(service)) {
      assertEquals(400, run.get("/events?user=anna").statusCode());
      assertEquals(204, run.get("/events?user=anna&item=103").statusCode());
      assertEquals(204, run.get("/events?user=anna&item=117").statusCode());
      assertEquals(202, run.get("/events?user=anna&item=new-one").statusCode());
      HttpResponse<String> best = run.get("/recommendations?user=anna");
      first = best.body().lines().toList();
      assertEquals(10, first.size(), best::body);
      assertTrue(first.stream().noneMatch(line -> line.startsWith("103\t")), best::body);
      try (LiveModel live = open()) {
        assertEquals(Optional.of(live.version().digest()), best.headers().firstValue("X-Model"));
      }
      int ready = run.get("/ready").statusCode();
      assertTrue(ready == 200 || ready == 503, "ready: " + ready);
    }
    try (LiveModel live = open();
        UserStates users = UserStates.restore(snapshot, live, SIZE)) {
      assertEquals(3, users.exportUser(UserKeys.of("anna")).orElseThrow().events().size());
    }
    try (Service again = new Service(service)) {
      assertEquals(first, again.get("/recommendations?user=anna").body().lines().toList());
    }
  }

  /** The service in a JVM of its own, until a SIGTERM. */
  private final class Service implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;

    Service(Class<?> service) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules",
                  "jdk.incubator.vector",
                  "-cp",
                  classes
                      + System.getProperty("path.separator")
                      + System.getProperty("java.class.path"),
                  service.getName(),
                  model.toString(),
                  snapshot.toString(),
                  "0")
              .redirectErrorStream(true)
              .start();
      output = process.inputReader();
      StringBuilder said = new StringBuilder();
      String line = output.readLine();
      while (line != null && !line.startsWith("listening on ")) {
        said.append(line).append('\n');
        line = output.readLine();
      }
      assertNotNull(line, said::toString);
      address = "http://localhost:" + line.substring("listening on ".length());
    }

    HttpResponse<String> get(String target) throws IOException, InterruptedException {
      return client.send(
          HttpRequest.newBuilder(URI.create(address + target)).build(),
          HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws IOException {
      client.close();
      process.toHandle().destroy(); // Process.destroy() would close the output, too.
      // Ends with the process.
      String rest = String.join("\n", output.readAllLines());
      assertFalse(rest.contains("Exception"), rest);
      assertTrue(Files.exists(snapshot), rest);
    }
  }

  @Test
  void springStartsTellsReadinessAndWritesTheSnapshot() throws Exception {
    Class<?> configuration = compiled("cookbook.md", "StaccatoConfiguration");
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "test",
                  Map.of(
                      "staccato.model", model.toString(),
                      "staccato.snapshot", snapshot.toString())));
      context.register(configuration);
      context.refresh();
      Status status =
          Optional.ofNullable(context.getBean(HealthIndicator.class).health(true))
              .orElseThrow()
              .getStatus();
      assertEquals(
          context.getBean(LiveModel.class).isWarm() ? Status.UP : Status.OUT_OF_SERVICE, status);
      try (UserScorer scorer = context.getBean(UserStates.class).newScorer()) {
        assertTrue(scorer.recordKey(7, "105"));
      }
    }
    try (LiveModel live = open();
        UserStates users = UserStates.restore(snapshot, live, SIZE)) {
      assertTrue(users.contains(7));
    }
  }

  @Test
  void theUsersOfALogEnterWithTheirLastEvents() throws Exception {
    Method load =
        compiled("new-items-and-users.md", "UsersOfLog")
            .getDeclaredMethod(
                "load", Path.class, LogFormat.class, LiveModel.class, UserStates.class);
    load.setAccessible(true);
    Path log =
        Files.write(
            folder.resolve("log.csv"),
            List.of(
                "user,item,time",
                "anna,104,2026-01-04T00:00:00Z",
                "anna,101,2026-01-01T00:00:00Z",
                "ben,tea,2026-01-01T00:00:00Z",
                "anna,103,2026-01-03T00:00:00Z",
                "anna,102,2026-01-02T00:00:00Z"));
    try (LiveModel live = open();
        UserStates users = new UserStates(live, SIZE)) {
      assertEquals(2, load.invoke(null, log, LogFormat.preset("delimited"), live, users));
      UserRecord anna = users.exportUser(UserKeys.of("anna")).orElseThrow();
      assertEquals(4, anna.total());
      assertEquals(
          List.of(
              new UserRecord.LongKey(102),
              new UserRecord.LongKey(103),
              new UserRecord.LongKey(104)),
          anna.events());
      assertTrue(anna.state().isPresent(), "rebuilt");
      UserRecord ben = users.exportUser(UserKeys.of("ben")).orElseThrow();
      assertEquals(List.of(new UserRecord.TextKey("tea")), ben.events());
    }
  }
}
