package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.List;

/// What may be changed of the samples that are stored.
public interface TsdbAdmin {
  /// Deletes the samples that are there: whoever asks this process from now on does not find them.
  ///
  /// @param selectors a series is selected if all matchers of one of them pass
  void deleteSeries(Tenant tenant, List<List<Matcher>> selectors, TimeRange range);

  /// What a snapshot is called.
  ///
  /// @param warnings what it lacks, a sentence each
  record Snapshot(String name, List<String> warnings) {
    public Snapshot {
      requireNonNull(name, "name");
      warnings = List.copyOf(warnings);
    }
  }

  /// Makes a copy of what is stored, of all tenants, beside it.
  ///
  /// @param skipHead whether what is in no block yet may be left out
  Snapshot snapshot(boolean skipHead);

  /// Has what was deleted of a tenant removed from the disk soon.
  void cleanTombstones(Tenant tenant);
}
