package dev.weir.query.api;

import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.rules.RuleEntry;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import dev.weir.service.http.Router;
import java.time.Clock;
import java.util.Collection;
import java.util.function.Supplier;

/// Prometheus's HTTP API as far as it is served.
///
/// @param source where samples and labels come from
/// @param maxListed label names, values or series that one request lists at most
/// @param targets the state of every target
/// @param metadata what metric families were declared as
/// @param rules what the topic of rules has
/// @param language what the language allows
public record PrometheusApi(
    QueryEngine engine,
    SeriesSource source,
    QueryLimits limits,
    int maxListed,
    Supplier<? extends Collection<TargetState>> targets,
    Supplier<? extends Collection<MetricMetadata>> metadata,
    Supplier<? extends Collection<? extends RuleEntry>> rules,
    ParserOptions language,
    ServerStatus status,
    Clock clock) {
  public void addRoutes(Router router) {
    new QueryHandlers(engine, source, limits, clock).addRoutes(router);
    new SeriesHandlers(engine, source, limits.timeout(), maxListed).addRoutes(router);
    new TargetHandlers(targets).addRoutes(router);
    new MetadataHandlers(metadata).addRoutes(router);
    new RuleHandlers(rules, clock).addRoutes(router);
    new ExpressionHandlers(language).addRoutes(router);
    new StatusHandlers(status).addRoutes(router);
    new TsdbStatusHandler(engine, source, limits.timeout(), maxListed, clock).addRoutes(router);
    new EmptyHandlers().addRoutes(router);
  }
}
