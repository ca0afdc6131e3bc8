return { seen = package.loaded["modules.cycle"] == nil }
