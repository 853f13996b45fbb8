// SPOUT001: 'My_Clicks' cannot be the name of a spout: use lower-case letters, digits and inner dashes, at most 51 characters
// SPOUT002: The name 'twice' is also that of the spout 'Again': give one of them another name
// SPOUT002: The name 'twice' is also that of the spout 'Twice': give one of them another name
// SPOUT003: 'a/b' cannot be the name of a branch: use letters, digits, '-' and '_', and nothing that looks like a commit id
// SPOUT004: No object of the spout 'B' can be made: it is abstract; mark a class that derives from it
// SPOUT004: No object of the spout 'F' can be made: it is static; remove 'static' from the class (its methods may stay static)
// SPOUT004: No object of the spout 'H' can be made: the class 'G' around it is generic, and nothing says with which types; mark a class that derives from it
// SPOUT004: No object of the spout 'I' can be made: its member 'Url' is required; take it as a constructor parameter
// SPOUT004: No object of the spout 'J' can be made: it has no constructor that is public or internal; make one so
// SPOUT004: No object of the spout 'K' can be made: two of its constructors take equally many parameters; make all but one private
// SPOUT004: No object of the spout 'L' can be made: its parameter 'a' is no service; take an ordinary class or interface
// SPOUT004: No object of the spout 'O' can be made: the class 'N' around it cannot be reached from the rest of the program; make it public or internal
// SPOUT005: The constructor of 'C' takes a 'CancellationToken', which exists only while a source runs: take it as a parameter of the source method
// SPOUT006: The spout 'C' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'F' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'H' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'I' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'J' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'K' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'L' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT006: The spout 'O' has no source and would never commit anything: mark a method of it with [Poll]
// SPOUT007: The method 'Fetch' is marked with [Poll] but would never run: mark the class that declares it with [Spout], or remove [Poll]
// SPOUT008: The source 'Fetch' cannot be called: generated code cannot reach it; make it public or internal
// SPOUT008: The source 'Fetch' cannot be called: nothing can be passed for its parameter 'x'; take it by value, and of an ordinary type
// SPOUT009: The source 'Fetch' returns 'void': let it return IAsyncEnumerable<SpoutFile>, IEnumerable<SpoutFile>, or a Task or ValueTask of SpoutFile, SpoutFile? or a list of SpoutFile
// SPOUT010: 'often' is no interval: write days, hours, minutes and seconds in that order, such as "30s" or "1h30m", from 1s to 365d
// SPOUT011: The cursor 'last' of type 'object' cannot be saved: 'object' is nothing that JSON without reflection can keep; use numbers, bool, char, string, Guid, dates, times, enums, records and structs of these, and arrays, List, HashSet, IReadOnlyList, ImmutableArray or Dictionary<string, ...> of these
// SPOUT012: The name 'Fetch' is also that of the source 'Fetch': set [Poll(Name = ...)] on one of them
// SPOUT013: 'a b' cannot be the name of a source: use up to 64 ASCII letters, digits, '-' and '_', with [Poll(Name = ...)] if need be
