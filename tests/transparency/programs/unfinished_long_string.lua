local s = [[never
closed