package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.Inputs;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.rules.group.RuleResult;
import dev.weir.rules.group.RuleState;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.streams.commit.CommitPace;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupPlan;
import dev.weir.streams.definition.RuleGroups;
import dev.weir.streams.merge.MergeStateStore.Remembered;
import dev.weir.streams.partial.LayoutStore;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import dev.weir.streams.query.Answer;
import dev.weir.streams.query.Answers;
import dev.weir.streams.query.AnswersFormat;
import dev.weir.streams.query.InstantQueries;
import dev.weir.streams.query.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The second stage: collects the partial results of all partitions, evaluates each rule group at
/// each of its times, in order, and forwards what it records and what becomes of its alerts.
///
/// An evaluation takes place when every partition has reported, or some time after the first did;
/// then it is incomplete, and nothing resolves. What came too late for its evaluation counts for
/// nothing: what a time evaluated to stands.
public final class MergeProcessor implements Processor<byte[], byte[], byte[], Output> {
  public static final String PENDING = "merge-partials";
  public static final String LAYOUTS = "merge-layouts";
  public static final String STATE = "merge-state";
  public static final String RECORDED = "merge-recorded";
  public static final String ANSWERS = "merge-answers";

  /// The topic of partial results is named by this and the job.
  public static final String PARTIALS = "partials";

  private static final Logger LOG = LoggerFactory.getLogger(MergeProcessor.class);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final long FORGET_LAYOUT_MILLIS = Duration.ofHours(1).toMillis();

  /// A version that another has followed for so long is evaluated by nobody any more.
  private static final long FORGET_VERSION_MILLIS = Duration.ofMinutes(10).toMillis();

  private static final long HOUSEKEEPING_MILLIS = Duration.ofMinutes(1).toMillis();

  /// Evaluations of a group that ask at once what they need to know.
  private static final int ASK_AHEAD = 16;

  /// An evaluation that is older than this, two intervals and the wait for answers is caught up.
  private static final long PRESENT_MILLIS = Duration.ofSeconds(10).toMillis();

  /// What the processors of an instance share.
  ///
  /// @param partitions that report
  /// @param boundMillis how long the first partial result of a time waits for the others
  /// @param evaluator as it is now: it knows the external labels
  /// @param queries answer for rules that the stream cannot evaluate; absent if nobody can be asked
  /// @param externalLabels of alerts, as they are now
  /// @param externalUrl under which people reach the server
  public record Surroundings(
      RuleGroups groups,
      Supplier<GroupEvaluator> evaluator,
      int partitions,
      long boundMillis,
      Optional<InstantQueries> queries,
      Supplier<Labels> externalLabels,
      String externalUrl,
      Optional<SchemaRegistry> registry,
      CommitPace commits,
      MergeMetrics metrics) {
    public Surroundings {
      requireNonNull(groups, "groups");
      requireNonNull(evaluator, "evaluator");
      requireNonNull(queries, "queries");
      requireNonNull(externalLabels, "externalLabels");
      requireNonNull(externalUrl, "externalUrl");
      requireNonNull(registry, "registry");
      requireNonNull(commits, "commits");
      requireNonNull(metrics, "metrics");
    }
  }

  /// What there is while the task runs.
  private record Task(
      ProcessorContext<byte[], Output> context,
      LayoutStore layouts,
      PendingPartials pending,
      MergeStateStore state,
      RecordedStore recorded,
      Recorder recorder,
      Inquiries inquiries) {}

  private final Surroundings surroundings;
  private final StatusReports reports;
  private final RecordWriter<AlertTransition> alerts;
  private final PartialFormat format = new PartialFormat();
  private final AnswersFormat answersFormat = new AnswersFormat();
  private final Map<GroupId, Remembered> remembered = new HashMap<>();

  /// The version of each group that was evaluated last.
  private final Map<GroupId, StandingPlan> standing = new HashMap<>();

  /// Groups of which a partition still reads the past, and how long to wait for it at least.
  private final Map<GroupId, Long> warmUntil = new HashMap<>();

  private @Nullable Task task;
  private long nextHousekeepingMillis;
  private boolean unknownSeen;

  public MergeProcessor(Surroundings surroundings) {
    this.surroundings = requireNonNull(surroundings, "surroundings");
    this.alerts = RecordType.ALERTS.writer(Topics.ALERTS, surroundings.registry());
    this.reports =
        new StatusReports(RecordType.RULES.writer(Topics.RULES, surroundings.registry()));
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    // Kafka Streams makes the same processor begin anew where a transaction has failed.
    remembered.clear();
    standing.clear();
    warmUntil.clear();
    reports.forget();
    nextHousekeepingMillis = 0;
    long nowMillis = context.currentSystemTimeMs();
    LayoutStore layouts = new LayoutStore(context.getStateStore(LAYOUTS), nowMillis, layout -> {});
    PendingPartials pending =
        new PendingPartials(
            context.getStateStore(PENDING), bytes -> read(layouts, bytes, nowMillis), nowMillis);
    MergeStateStore state = new MergeStateStore(context.getStateStore(STATE));
    state.readAll(remembered::put);
    task =
        new Task(
            context,
            layouts,
            pending,
            state,
            new RecordedStore(context.getStateStore(RECORDED)),
            new Recorder(
                RecordType.SAMPLES.writer(Topics.RECORDED, surroundings.registry()),
                () -> Instant.ofEpochMilli(context.currentSystemTimeMs())),
            new Inquiries(
                context.getStateStore(ANSWERS),
                surroundings.queries(),
                Duration.ofMillis(surroundings.boundMillis())));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  private Task task() {
    return requireNonNull(task, "the task is initialised before it is used");
  }

  private Partial read(LayoutStore layouts, byte[] bytes, long nowMillis) {
    return format.read(
        bytes, layout -> layouts.put(layout, nowMillis), hash -> layouts.get(hash, nowMillis));
  }

  @Override
  public void process(Record<byte[], byte[]> input) {
    Task task = task();
    long nowMillis = task.context().currentSystemTimeMs();
    if (AnswersFormat.isKnown(input.value())) {
      answered(task, answersFormat.read(input.value()), nowMillis);
      return;
    }
    if (!PartialFormat.isKnown(input.value())) {
      unknown(task);
      return;
    }
    Partial partial = read(task.layouts(), input.value(), nowMillis);
    if (partial.warming()) {
      warmUntil.put(partial.group(), nowMillis + surroundings.boundMillis());
      return;
    }
    if (hasTakenPlace(partial.group(), partial.timestampMillis())) {
      surroundings.metrics().late();
      return;
    }
    task.pending().add(partial, input.value(), nowMillis);
    evaluate(task, partial.group(), nowMillis);
  }

  /// Leaves out what another version of Weir wrote: the evaluation is incomplete, or asks again.
  private void unknown(Task task) {
    surroundings.metrics().unknown();
    if (!unknownSeen) {
      unknownSeen = true;
      LOG.warn(
          "task {} meets partial results of another version of Weir and leaves them out; processes of"
              + " role rules should be of one version",
          task.context().taskId());
    }
  }

  private boolean hasTakenPlace(GroupId group, long timestampMillis) {
    long lastMillis = remembered(group).state().lastMillis();
    return lastMillis != GroupState.NEVER && timestampMillis <= lastMillis;
  }

  private void answered(Task task, Answers answers, long nowMillis) {
    if (surroundings.groups().isDefined(answers.group())
        && !hasTakenPlace(answers.group(), answers.timestampMillis())) {
      task.inquiries().take(answers);
      evaluate(task, answers.group(), nowMillis);
    }
  }

  private Remembered remembered(GroupId group) {
    return remembered.getOrDefault(group, Remembered.NOTHING);
  }

  private void tick(long nowMillis) {
    Task task = task();
    surroundings.commits().tick(nowMillis, task.context()::commit);
    for (GroupId group : task.pending().groups()) {
      evaluate(task, group, nowMillis);
    }
    task.inquiries().step(nowMillis, answers -> send(task, answers));
    for (GroupId group : List.copyOf(remembered.keySet())) {
      if (!surroundings.groups().isDefined(group)) {
        end(task, group, nowMillis);
      }
    }
    if (nowMillis >= nextHousekeepingMillis) {
      nextHousekeepingMillis = nowMillis + HOUSEKEEPING_MILLIS;
      task.layouts().forgetBefore(nowMillis - FORGET_LAYOUT_MILLIS);
      surroundings.groups().forgetFollowed(nowMillis - FORGET_VERSION_MILLIS);
      warmUntil.values().removeIf(until -> until < nowMillis);
    }
  }

  /// Ends what a group that is no more has left: its alerts, its series, its status.
  private void end(Task task, GroupId group, long nowMillis) {
    LOG.info("rule group {} is no more; its alerts and series end", group);
    Remembered before = remembered(group);
    List<Sample> markers = new ArrayList<>();
    before
        .state()
        .rules()
        .forEach(rule -> rule.series().forEach(labels -> markers.add(ended(labels))));
    before.state().orphans().forEach(labels -> markers.add(ended(labels)));
    task.recorder()
        .record(
            group.tenant(),
            nowMillis,
            ShadowSeries.shown(group, markers),
            (key, output) -> forward(task, key, output, nowMillis));
    before.told().forEach(told -> end(task, told, nowMillis));
    StatusReports.Report report = reports.remove(group);
    forward(task, report.key(), report.output(), nowMillis);
    task.pending().remove(group);
    task.recorded().remove(group);
    task.state().remove(group);
    task.inquiries().done(group, Long.MAX_VALUE);
    remembered.remove(group);
    standing.remove(group);
    surroundings.metrics().removed(group);
  }

  private static Sample ended(Labels labels) {
    return new Sample(labels, StalenessMarker.VALUE, null);
  }

  /// Tells that the alerts of a rule that is no more are over.
  private void end(Task task, Map<Labels, AlertTransition> told, long timestampMillis) {
    for (AlertTransition transition : new TreeMap<>(told).values()) {
      tell(task, AlertTelling.ended(transition, null, timestampMillis), timestampMillis);
    }
  }

  private void tell(Task task, AlertTransition transition, long timestampMillis) {
    forward(
        task,
        transition.key(),
        new Output(Topics.ALERTS, alerts.write(transition)),
        timestampMillis);
    surroundings.metrics().told();
  }

  /// Evaluates a group at all times that are ready, in order.
  private void evaluate(Task task, GroupId group, long nowMillis) {
    for (var first = task.pending().first(group);
        first != null;
        first = task.pending().first(group)) {
      long timestampMillis = first.getKey();
      PendingPartials.AtTime atTime = first.getValue();
      boolean overdue =
          nowMillis - atTime.firstArrivedMillis() >= surroundings.boundMillis()
              && nowMillis >= warmUntil.getOrDefault(group, 0L);
      Ready ready = ready(group, atTime.partials());
      if (ready == null || !(ready.complete() || overdue)) {
        if (!overdue) {
          return;
        }
        LOG.warn(
            "partial results of rule group {} at {} are of no definition that is known here; they"
                + " are dropped",
            group,
            Instant.ofEpochMilli(timestampMillis));
      } else if (!evaluate(task, ready, timestampMillis, nowMillis)) {
        askAhead(task, group);
        return;
      }
      task.inquiries().done(group, timestampMillis);
      task.pending().remove(group, timestampMillis);
    }
  }

  /// Asks what evaluations behind the first one will need to know, so that one after another does
  /// not wait for its answers.
  private void askAhead(Task task, GroupId group) {
    task.pending()
        .first(group, ASK_AHEAD)
        .forEach((timestampMillis, atTime) -> {
          Ready ready = ready(group, atTime.partials());
          if (ready != null && ready.complete()) {
            var _ =
                task.inquiries()
                    .answers(
                        group, timestampMillis, Inquiries.questions(ready.plan(), timestampMillis));
          }
        });
  }

  /// Sends answers to where partial results come from.
  private void send(Task task, Answers answers) {
    GroupId group = answers.group();
    forward(
        task,
        RecordKeys.of(group.tenant().name(), group.file(), group.group()),
        new Output(
            "%s-%s-repartition".formatted(task.context().applicationId(), PARTIALS),
            answersFormat.write(answers)),
        answers.timestampMillis());
  }

  /// An evaluation that can take place.
  ///
  /// @param partials of one definition, in the order of partitions
  private record Ready(GroupPlan plan, List<Partial> partials, boolean complete) {}

  /// What can be evaluated of what has come: that of the definition which most partitions have.
  private @Nullable Ready ready(GroupId group, List<Partial> partials) {
    Map<Hash128, List<Partial>> byDefinition = new LinkedHashMap<>();
    for (Partial partial : partials) {
      byDefinition.computeIfAbsent(partial.definition(), _ -> new ArrayList<>()).add(partial);
    }
    Ready best = null;
    for (Map.Entry<Hash128, List<Partial>> equal : byDefinition.entrySet()) {
      GroupPlan plan = surroundings.groups().plan(group, equal.getKey());
      int reported = equal.getValue().size();
      if (plan != null && (best == null || reported > best.partials().size())) {
        best = new Ready(plan, equal.getValue(), reported == surroundings.partitions());
      }
    }
    return best;
  }

  /// @return whether it took place; if not, answers are missing and have been asked for
  private boolean evaluate(Task task, Ready ready, long timestampMillis, long nowMillis) {
    GroupPlan plan = ready.plan();
    GroupId group = plan.leaves().id();
    Optional<Map<Question, Answer>> answers =
        task.inquiries()
            .answers(group, timestampMillis, Inquiries.questions(plan, timestampMillis));
    if (answers.isEmpty()) {
      return false;
    }
    TemplateAnswers templates = new TemplateAnswers(answers.get(), timestampMillis);
    long startNanos = System.nanoTime();
    long sampleMillis = timestampMillis - plan.source().queryOffsetMillis();
    RecordedSamples recent = task.recorded().before(group, sampleMillis, plan.recordedMillis());
    Remembered before = remembered(group);
    GroupEvaluator evaluator = surroundings.evaluator().get();
    GroupResult result =
        evaluator.evaluate(
            standing(plan, evaluator).over(ready.partials()),
            before.state(),
            timestampMillis,
            QueryContext.of(
                group.tenant(),
                new LeafInputs(plan, ready.partials(), sampleMillis, answers.get())),
            recent,
            new Inputs(ready.complete(), silent(ready.partials())),
            task.inquiries().isPossible() ? Optional.of(templates) : Optional.empty());
    if (!templates.missing().isEmpty()) {
      task.inquiries()
          .askBesides(
              group,
              timestampMillis,
              templates.missing(),
              timestampMillis + presentMillis(task, plan) - PRESENT_MILLIS / 2);
      return false;
    }
    if (plan.recordedMillis() > 0) {
      task.recorded().put(plan.leaves(), result.sampleMillis(), result.samples());
    }
    task.recorder()
        .record(
            group.tenant(),
            result.sampleMillis(),
            ShadowSeries.shown(group, result.samples()),
            (key, output) -> forward(task, key, output, timestampMillis));
    boolean present = nowMillis - timestampMillis <= presentMillis(task, plan);
    List<Map<Labels, AlertTransition>> told = tell(task, group, result, before, present);
    Remembered after = new Remembered(result.state(), told);
    remembered.put(group, after);
    task.state().put(group, after);
    long durationNanos = System.nanoTime() - startNanos;
    reports
        .report(plan, result, durationNanos, nowMillis)
        .ifPresent(report -> forward(task, report.key(), report.output(), timestampMillis));
    int failed = (int) result.rules().stream().filter(rule -> rule.error().isPresent()).count();
    surroundings
        .metrics()
        .evaluated(
            group,
            result.rules().size(),
            failed,
            result.complete(),
            timestampMillis,
            task.context().currentSystemTimeMs());
    return true;
  }

  private static SilentTargets silent(List<Partial> partials) {
    SilentTargets silent = SilentTargets.NONE;
    for (Partial partial : partials) {
      silent = silent.and(partial.silent());
    }
    return silent;
  }

  private StandingPlan standing(GroupPlan plan, GroupEvaluator evaluator) {
    StandingPlan known = standing.get(plan.leaves().id());
    if (known == null || !known.isOf(plan)) {
      known = new StandingPlan(plan, evaluator.settings());
      standing.put(plan.leaves().id(), known);
    }
    return known;
  }

  /// How old an evaluation may be that is in the present. One that waited for answers as long as it
  /// may is so too: otherwise, while nobody answers, nobody would hear of the group's alerts.
  private static long presentMillis(Task task, GroupPlan plan) {
    long waitedMillis = plan.asked().isEmpty() ? 0 : task.inquiries().boundMillis();
    return 2 * plan.source().intervalMillis() + PRESENT_MILLIS + waitedMillis;
  }

  /// Tells of alerts, unless the evaluation is one that is caught up: the next one in the present
  /// tells what has become of them. A shadow group tells nobody.
  private List<Map<Labels, AlertTransition>> tell(
      Task task, GroupId group, GroupResult result, Remembered before, boolean present) {
    AlertTelling telling =
        new AlertTelling(surroundings.externalLabels().get(), surroundings.externalUrl());
    List<Map<Labels, AlertTransition>> told = new ArrayList<>();
    for (int i = 0; i < result.rules().size(); i++) {
      RuleResult rule = result.rules().get(i);
      RuleState state = result.state().rules().get(i);
      Map<Labels, AlertTransition> earlier = told(before, state, i);
      boolean tells = present && !group.isShadow();
      if (tells && rule.rule() instanceof Rule.Alerting alerting) {
        AlertTelling.Told now =
            telling.tell(group, alerting, state.alerts(), earlier, result.timestampMillis());
        now.transitions().forEach(transition -> tell(task, transition, result.timestampMillis()));
        told.add(now.now());
      } else {
        told.add(earlier);
      }
    }
    endGone(task, before, result);
    return told;
  }

  /// Tells the end of alerts whose rule the group has no more.
  private void endGone(Task task, Remembered before, GroupResult result) {
    Set<Hash128> there = new HashSet<>();
    result.state().rules().forEach(rule -> there.add(rule.identity()));
    for (int i = 0; i < before.told().size(); i++) {
      if (!there.contains(before.state().rules().get(i).identity())) {
        end(task, before.told().get(i), result.timestampMillis());
      }
    }
  }

  /// What was told of a rule: it is the same rule while its identity is.
  private static Map<Labels, AlertTransition> told(Remembered before, RuleState state, int number) {
    List<RuleState> rules = before.state().rules();
    if (number < rules.size() && rules.get(number).identity().equals(state.identity())) {
      return before.told().get(number);
    }
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).identity().equals(state.identity())) {
        return before.told().get(i);
      }
    }
    return Map.of();
  }

  private void forward(Task task, byte[] key, Output output, long timestampMillis) {
    task.context().forward(new Record<>(key, output, Math.max(0, timestampMillis)));
    surroundings.commits().results(task.context().currentSystemTimeMs(), task.context()::commit);
  }

  @Override
  public void close() {
    remembered.keySet().forEach(surroundings.metrics()::removed);
    if (task != null) {
      task.inquiries().close();
    }
  }
}
