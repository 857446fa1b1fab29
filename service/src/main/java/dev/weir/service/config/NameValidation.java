package dev.weir.service.config;

/// Which names metrics and labels may have (`metric_name_validation_scheme`).
public enum NameValidation {
  /// Any UTF-8.
  UTF8,
  /// `[a-zA-Z_:][a-zA-Z0-9_:]*`, and no colon in label names.
  LEGACY
}
