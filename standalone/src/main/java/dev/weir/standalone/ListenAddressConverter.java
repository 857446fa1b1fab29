package dev.weir.standalone;

import dev.weir.model.WeirException;
import dev.weir.service.http.ListenAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an address to listen on.
final class ListenAddressConverter implements ITypeConverter<ListenAddress> {

  @Override
  public ListenAddress convert(String text) {
    try {
      return ListenAddress.parse(text);
    } catch (WeirException.BadData e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
