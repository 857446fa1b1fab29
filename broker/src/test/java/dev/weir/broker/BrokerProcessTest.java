package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// A process that starts, serves and is killed is the subject of the broker contract in testing.
final class BrokerProcessTest {

  @TempDir Path temp;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void readsItsArguments() {
    EmbeddedBrokerSettings settings =
        BrokerProcess.parse(
            new String[] {
              "--data", "/var/weir/kafka",
              "--listen", "localhost:19093",
              "--controller", "localhost:19094",
              "--cluster-id", "west",
              "--kafka", "log.retention.ms=3600000"
            });

    assertEquals(
        EmbeddedBrokerSettings.in(Path.of("/var/weir/kafka"))
            .withListener(new ListenAddress("localhost", 19_093))
            .withController(new ListenAddress("localhost", 19_094))
            .withClusterId("west")
            .withKafka("log.retention.ms", "3600000"),
        settings);
    assertEquals(Map.of("log.retention.ms", "3600000"), settings.kafka());
  }

  @Test
  void endsWithOneLineForAWrongArgument() {
    assertEquals(2, run());
    assertEquals(2, run("--data"));
    assertEquals(2, run("--listen", "localhost:9092"));
    assertEquals(2, run("--data", "d", "--port", "9092"));
    assertEquals(2, run("--data", "d", "--kafka", "num.io.threads"));
    assertEquals(
        """
        broker: --data DIR is missing
        broker: --data has no value
        broker: the first argument is --data DIR, found --listen
        broker: --port is not known; there are --data, --listen, --controller, --cluster-id, --kafka
        broker: --kafka takes NAME=VALUE, found "num.io.threads"
        """,
        said.toString(StandardCharsets.UTF_8));
  }

  @Test
  void endsWithOneLineWhenItCannotStart() throws Exception {
    Path file = Files.createFile(temp.resolve("kafka"));

    assertEquals(
        1,
        run(
            "--data", file.toString(),
            "--listen", "127.0.0.1:" + FreePorts.next(),
            "--controller", "127.0.0.1:" + FreePorts.next()));

    assertEquals(
        "broker directory "
            + file
            + ": "
            + file
            + " is a file, not a directory; give a directory that this user can write\n",
        said.toString(StandardCharsets.UTF_8));
  }

  private int run(String... arguments) {
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    return BrokerProcess.run(arguments, new PrintStream(new ByteArrayOutputStream()), err);
  }
}
