package dev.weir.standalone.blocks;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.standalone.client.TenantOption;
import dev.weir.standalone.client.TimeConverter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/// Which samples of which series.
final class SelectionOptions {

  @Mixin private TenantOption tenant;

  @Option(
      names = "--match",
      paramLabel = "SELECTOR",
      converter = SelectorConverter.class,
      description = "These series only, such as up or '{job=\"node\"}' (default: all).")
  private Optional<Selector> selector;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Samples from then on; RFC 3339 or seconds since 1970 (default: the first).")
  private Optional<Instant> start;

  @Option(
      names = "--end",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Samples up to then, included (default: the last).")
  private Optional<Instant> end;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  SelectionOptions() {}

  record Selector(List<Matcher> matchers) {}

  static final class SelectorConverter implements ITypeConverter<Selector> {
    @Override
    public Selector convert(String text) {
      try {
        return new Selector(new PromqlParser(ParserOptions.DEFAULT).parseSelector(text));
      } catch (WeirException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  Tenant tenant() {
    return tenant.tenant();
  }

  List<Matcher> matchers() {
    return selector.map(Selector::matchers).orElse(List.of());
  }

  TimeRange range(CommandSpec spec) {
    long from = start.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
    long to = end.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    if (from > to) {
      throw new ParameterException(
          spec.commandLine(), "--start %s is after --end %s".formatted(start.get(), end.get()));
    }
    return new TimeRange(from, to);
  }
}
