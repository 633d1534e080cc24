"""Everything that pages share: base templates, page access, lists, forms, navigation, formats."""
