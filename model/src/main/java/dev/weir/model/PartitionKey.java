package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/// What decides the partition of a series, as a function of its own final labels: the target it
/// names in `job` and `instance`, or, where it lacks one, a bucket by the hash of its other labels.
/// So a series is in one partition whether it was scraped or pushed.
public sealed interface PartitionKey extends Comparable<PartitionKey> {
  /// Buckets of [Hashed] that a tenant has. Each bucket is a group, so few of them keep rows wide;
  /// more than there ever are partitions keep partitions even.
  int BUCKETS = 256;

  /// Labels that are in no key: name and bucket, and what says what a metric is. Functions take the
  /// latter away with the name, so metrics that differ in them are joined.
  Set<String> NOT_HASHED = Set.of(Labels.NAME, Labels.BUCKET, Labels.TYPE, Labels.UNIT);

  Tenant tenant();

  /// Series with both `job` and `instance`.
  record OfTarget(Tenant tenant, String job, String instance) implements PartitionKey {
    public OfTarget {
      requireNonNull(tenant, "tenant");
      if (job.isEmpty() || instance.isEmpty()) {
        throw new IllegalArgumentException("job and instance are not empty");
      }
    }

    @Override
    public String toString() {
      return "%s job=\"%s\" instance=\"%s\"".formatted(tenant, job, instance);
    }
  }

  /// Series without `job` or without `instance`: `bucket` is [Labels#groupingHash] of the labels
  /// without [#NOT_HASHED] modulo [#BUCKETS], unsigned.
  record Hashed(Tenant tenant, int bucket) implements PartitionKey {
    public Hashed {
      requireNonNull(tenant, "tenant");
      if (bucket < 0 || bucket >= BUCKETS) {
        throw new WeirException.Corrupt(
            "hash bucket %d is not one of 0 to %d".formatted(bucket, BUCKETS - 1));
      }
    }

    @Override
    public String toString() {
      return "%s bucket %d".formatted(tenant, bucket);
    }
  }

  /// The key of a series with these labels.
  static PartitionKey of(Tenant tenant, Labels labels) {
    String job = labels.get("job");
    String instance = labels.get("instance");
    return job.isEmpty() || instance.isEmpty()
        ? new Hashed(tenant, bucketOf(labels))
        : new OfTarget(tenant, job, instance);
  }

  private static int bucketOf(Labels labels) {
    Labels hashed =
        labels.has(Labels.TYPE) || labels.has(Labels.UNIT)
            ? labels.keep(name -> !NOT_HASHED.contains(name))
            : labels;
    return (int) Long.remainderUnsigned(hashed.groupingHash(), BUCKETS);
  }

  /// By tenant, then targets by job and instance, then buckets.
  @Override
  default int compareTo(PartitionKey other) {
    int byTenant = tenant().compareTo(other.tenant());
    if (byTenant != 0) {
      return byTenant;
    }
    return switch (this) {
      case OfTarget(_, String job, String instance) ->
          switch (other) {
            case OfTarget(_, String otherJob, String otherInstance) -> {
              int byJob = Labels.compareText(job, otherJob);
              yield byJob != 0 ? byJob : Labels.compareText(instance, otherInstance);
            }
            case Hashed _ -> -1;
          };
      case Hashed(_, int bucket) ->
          switch (other) {
            case OfTarget _ -> 1;
            case Hashed(_, int otherBucket) -> Integer.compare(bucket, otherBucket);
          };
    };
  }
}
