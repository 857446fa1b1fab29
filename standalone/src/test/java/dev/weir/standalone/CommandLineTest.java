package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A wrong command line is one line on standard error and exit code 2.
class CommandLineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          --lisen=:9090                    | weir: Unknown option: '--lisen=:9090'; see `weir --help`
          qery instant up                  | weir: Unmatched arguments from index 0: 'qery', 'instant', 'up'; see `weir --help`
          run everything                   | weir run: Invalid value for positional parameter at index 0 (ROLE): role "everything" is not known; use one of [collector, sink, rules, alerting, query], or none to run them all; see `weir run --help`
          run --listen=9090                | weir run: Invalid value for option '--listen': listen address "9090" is not host:port, like localhost:9090 or :9090; see `weir run --help`
          run --web.listen-address :21090  | weir run: --web.listen-address is Prometheus's; use --listen=:21090; see `weir run --help`
          run --web.listen-address=:21090  | weir run: --web.listen-address is Prometheus's; use --listen=:21090; see `weir run --help`
          run --storage.tsdb.path=data     | weir run: --storage.tsdb.path is Prometheus's; use --data=data; see `weir run --help`
          run --storage.tsdb.retention=90d | weir run: --storage.tsdb.retention is Prometheus's; use --storage.tsdb.retention.time=90d; see `weir run --help`
          run --query.timeout=1m           | weir run: --query.timeout is Prometheus's; set query.timeout in weir.yml (--weir.config); see `weir run --help`
          run --web.enable-lifecycle       | weir run: --web.enable-lifecycle is Prometheus's; leave it out: /-/reload is always there; see `weir run --help`
          tail up{                         | weir tail: Invalid value for positional parameter at index 0 (SELECTOR): 1:4: parse error: unexpected end of input inside braces; see `weir tail --help`
          check                            | weir check: say what to check: `config`, `rules` or `alertmanager`; see `weir check --help`
          check config                     | weir check config: name a prometheus.yml, or a weir.yml with --weir.config; see `weir check config --help`
          blocks                           | weir blocks: say what to do: `ls`, `inspect`, `verify`, `analyze`, `import` or `export`; see `weir blocks --help`
          blocks export out --match=up{    | weir blocks export: Invalid value for option '--match': 1:4: parse error: unexpected end of input inside braces; see `weir blocks export --help`
          query                            | weir query: give an expression, or say which kind of query: `instant` or `range`; see `weir query --help`
          query instant                    | weir query instant: Missing required parameter: 'EXPRESSION'; see `weir query instant --help`
          query instant up --time=noon     | weir query instant: Invalid value for option '--time': "noon" is not a time; use RFC 3339, such as 2026-01-31T10:00:00Z, or seconds since 1970; see `weir query instant --help`
          query range up --step=often      | weir query range: Invalid value for option '--step': "often" is not a positive duration; use for example 30s, 5m or 1h30m; see `weir query range --help`
          backtest rules.yml --from 1d --html /nonexistent/x.html | weir backtest: Invalid value for option '--html': /nonexistent/x.html cannot be written: there is no directory /nonexistent; make it, or name another file; see `weir backtest --help`
          test rules t.yml --junit /nonexistent/x.xml | weir test rules: Invalid value for option '--junit': /nonexistent/x.xml cannot be written: there is no directory /nonexistent; make it, or name another file; see `weir test rules --help`
          query range up --start=9 --end=8 | weir query range: --start 1970-01-01T00:00:09Z is after --end 1970-01-01T00:00:08Z; see `weir query range --help`
          query instant up --server=here   | weir query instant: Invalid value for option '--server': "here" is not the address of a server; use for example http://localhost:9090; see `weir query instant --help`
          query instant up --tenant=a/b    | weir query instant: Invalid value for option '--tenant': tenant "a/b": character '/' is not allowed; use letters, digits and !-_.*'(); see `weir query instant --help`
          """)
  void saysWhatIsWrongInOneLine(String arguments, String message) {
    CommandOutcome outcome = CommandOutcome.of(arguments.split(" +"));
    assertEquals(message + "\n", outcome.err());
    assertEquals(2, outcome.exitCode());
    assertEquals("", outcome.out());
  }

  @Test
  void namesTheCommandsWhenNoneIsGiven() {
    CommandOutcome outcome = CommandOutcome.of();
    assertEquals(2, outcome.exitCode());
    assertTrue(outcome.err().startsWith("weir: a command is missing; use one of "), outcome.err());
  }

  @Test
  void helpNamesNoFlagsThatAreRefused() {
    CommandOutcome outcome = CommandOutcome.of("run", "--help");
    assertFalse(outcome.out().contains("--web.listen-address"), outcome.out());
  }

  @Test
  void helpIsNoError() {
    CommandOutcome outcome = CommandOutcome.of("query", "range", "--help");
    assertEquals(0, outcome.exitCode());
    assertTrue(outcome.out().startsWith("Usage: weir query range "), outcome.out());
    assertEquals("", outcome.err());
  }

  @Test
  void versionNamesWeirAndJava() {
    CommandOutcome outcome = CommandOutcome.of("version");
    assertEquals(0, outcome.exitCode());
    assertTrue(outcome.out().matches("weir \\d+\\.\\d+\\.\\d+\\S*\njava 25\\b.*\n"), outcome.out());
  }
}
