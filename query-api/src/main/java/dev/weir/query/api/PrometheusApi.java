package dev.weir.query.api;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.query.rules.RuleEntry;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import dev.weir.service.http.Router;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Prometheus's HTTP API as far as it is served.
///
/// @param queries asks engine and sources
/// @param perStepStatistics whether `stats=all` counts samples for each step
///   (`promql-per-step-stats`)
/// @param maxListed label names, values, series or exemplars that one request lists at most
/// @param targets the state of every target
/// @param metadata what metric families were declared as
/// @param rules what the topic of rules has
/// @param language what the language allows
/// @param admin changes what is stored; absent: nobody may
public record PrometheusApi(
    ClientQueries queries,
    boolean perStepStatistics,
    int maxListed,
    Supplier<? extends Collection<TargetState>> targets,
    Supplier<? extends Collection<MetricMetadata>> metadata,
    Supplier<? extends Collection<? extends RuleEntry>> rules,
    ParserOptions language,
    ServerStatus status,
    Optional<? extends TsdbAdmin> admin,
    Clock clock) {
  /// @param threads of what evaluates queries and asks sources, one for each such request
  public void addRoutes(Router router, Executor threads) {
    Router computing = router.on(threads);
    new QueryHandlers(queries, perStepStatistics, clock).addRoutes(computing);
    new SeriesHandlers(queries, maxListed).addRoutes(computing);
    new TsdbStatusHandler(queries, maxListed, clock).addRoutes(computing);
    new ExemplarHandlers(queries, language, maxListed).addRoutes(computing);
    new AdminHandlers(admin, language).addRoutes(computing);
    new ActiveQueriesHandler(queries.watch().active()).addRoutes(router);
    new TargetHandlers(targets).addRoutes(router);
    new MetadataHandlers(metadata).addRoutes(router);
    new RuleHandlers(rules, clock).addRoutes(router);
    new ExpressionHandlers(language).addRoutes(router);
    new StatusHandlers(status).addRoutes(router);
    new EmptyHandlers().addRoutes(router);
  }
}
