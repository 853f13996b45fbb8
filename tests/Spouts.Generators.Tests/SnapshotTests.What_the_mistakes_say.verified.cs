// SPOUT001: 'My_Clicks' cannot be the name of a spout: use lower-case letters, digits and inner dashes, at most 51 characters
// SPOUT002: The name 'twice' is that of 'Twice' and of 'Again': give one of them another name
// SPOUT002: The name 'twice' is that of 'Again' and of 'Twice': give one of them another name
// SPOUT003: 'a/b' cannot be the name of a branch: use letters, digits, '-' and '_', and nothing that looks like a commit id
// SPOUT004: No object of the spout 'B' can be made: it is abstract; mark a class that derives from it
// SPOUT004: No object of the spout 'F' can be made: it is static; remove 'static' from the class (its methods may stay static)
// SPOUT004: No object of the spout 'H' can be made: the class 'G' around it is generic, and nothing says with which types; mark a class that derives from it
// SPOUT004: No object of the spout 'J' can be made: it has no constructor that is public or internal; make one so
// SPOUT004: No object of the spout 'K' can be made: two of its constructors take equally many parameters; make all but one private, or mark one with [ActivatorUtilitiesConstructor]
// SPOUT004: No object of the spout 'L' can be made: its parameter 'a' is no service; take an ordinary class or interface
// SPOUT004: No object of the spout 'O' can be made: the class 'N' around it cannot be reached from the rest of the program; make it public or internal
// SPOUT005: An object of 'C' is made with a 'CancellationToken', which exists only while a source runs: take it as a parameter of the source method
// SPOUT006: The spout 'C' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'F' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'H' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'I' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'J' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'K' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'L' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT006: The spout 'O' has no source and would never commit anything: mark a method of it with [Poll], [Schedule] or [Stream]
// SPOUT007: The method 'Fetch' is marked as a source but would never run: mark its class with [Spout], derive a spout from it or make it abstract, or remove the mark
// SPOUT008: The source 'Fetch' cannot be called: generated code cannot reach it; make it public or internal
// SPOUT008: The source 'Fetch' cannot be called: nothing can be passed for its parameter 'x'; take it by value, and of an ordinary type
// SPOUT009: The source 'Fetch' returns 'void': let it return IAsyncEnumerable<SpoutFile>, IEnumerable<SpoutFile>, or a Task or ValueTask of SpoutFile, SpoutFile? or a list of SpoutFile
// SPOUT009: The source 'H' returns 'SpoutFile[]': let it return IAsyncEnumerable<SpoutFile>, as a source that never ends must
// SPOUT010: 'often' is no duration: write days, hours, minutes and seconds in that order, such as "30s" or "1h30m", from 1s to 365d
// SPOUT010: 'x' is no duration: write days, hours, minutes and seconds in that order, such as "30s" or "1h30m", from 1s to 365d
// SPOUT011: The cursor 'last' of type 'object' cannot be saved: 'object' is nothing that JSON without reflection can keep; use numbers, bool, char, string, Guid, dates, times, enums, records and structs of these, and arrays, List, HashSet, IReadOnlyList, ImmutableArray or Dictionary<string, ...> of these
// SPOUT012: The name 'Fetch' is also that of the source 'Fetch': set Name on one of them, such as [Poll("30s", Name = ...)]
// SPOUT013: 'a b' cannot be the name of a source: use up to 64 ASCII letters, digits, '-' and '_', with Name if need be
// SPOUT026: '0 24 * * *' is no cron expression: '24' cannot be its hour; write 0 to 23, '*', or ranges, steps and lists such as '0-5' and '*/5'
// SPOUT026: '* * *' is no cron expression: write five fields (minute, hour, day of the month, month, day of the week), or six with the second first
// SPOUT026: '@often' is no cron expression: '@often' is no macro; use @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every_minute, @every_second
// SPOUT026: '0 0 32 * *' is no cron expression: '32' cannot be its day of the month; write 1 to 31, 'L' or '15W', '*', or ranges, steps and lists such as '1-6' and '*/5'
// SPOUT026: '0 0 * MAI *' is no cron expression: 'MAI' cannot be its month; write 1 to 12 or JAN to DEC, '*', or ranges, steps and lists such as '1-6' and '*/5'
// SPOUT026: '0 0 * * 8' is no cron expression: '8' cannot be its day of the week; write 0 to 7 or SUN to SAT, '5L' or 'FRI#2', '*', or ranges, steps and lists such as '0-5' and '*/5'
// SPOUT027: '0 0 30 2 *' is never due: there is no day of that month, in those months, on that day of the week
// SPOUT029: The source 'Fetch' has more than one of [Poll], [Schedule] and [Stream]: leave one of them, and give the other a method of its own
// SPOUT030: [Batch] on 'I' has no effect: mark the method with [Poll], [Schedule] or [Stream], or remove it
// SPOUT031: The batch cannot be cut: it has no limit; set Files, Bytes or Period
// SPOUT031: The batch cannot be cut: '-1' is no limit; write 0 for none
// SPOUT032: The source cannot be retried like this: '-1' is no number of attempts; write 0 for no end
// SPOUT032: The source cannot be retried like this: the longest delay is shorter than the first one; set LongestDelay, thirty seconds by default, to no less than Delay
// SPOUT033: The parameter 'due' is the time that is due, but no schedule makes the source 'Fetch' due: mark it with [Schedule], or take a TimeProvider
// SPOUT034: The former name 'A' belongs to the source 'A' too: remove FormerName, or give the other source another name
// SPOUT035: The worker cannot be given the secret 'Db': Kubernetes has no secret of such a name; use lower-case letters, digits, and inner '-' and '.'
// SPOUT035: The worker cannot be given the secret 'Db': 'x' is no folder to mount it in; use an absolute path without ':', '.' and '..'
// SPOUT035: The worker cannot be given the secret 'db': 'a b' is no key of a secret; use letters, digits, '-', '_' and '.'
// SPOUT035: The worker cannot be given the secret 'db': '/tmp' is a folder of the worker itself; use another one, such as "/secrets/db"
// SPOUT035: The worker cannot be given the secret 'db': '/db:' is no folder to mount it in; use an absolute path without ':', '.' and '..'
// SPOUT035: The worker cannot be given the secret 'a.b': the volume of a mounted secret has its name, which then has no '.' and at most 63 characters
// SPOUT036: The secret 'db' is mounted twice: mount it once, its folder has a file for each of its keys
// SPOUT037: The variable 'PATH' is one that Pachyderm sets for the worker: choose another name
// SPOUT038: The worker cannot be given its resources: 'lots' is no quantity of bytes; write a number above 0 and a unit, such as "256Mi" or "1G"
// SPOUT038: The worker cannot be given its resources: CpuLimit is less than Cpu; raise it, or ask for less
// SPOUT038: The worker cannot be given its resources: DiskLimit is less than Disk; raise it, or ask for less
// SPOUT039: 'team' is no label of the worker's pod: write it as "key=value"
// SPOUT039: 'app name=x' is no annotation of the worker's pod: its key is a name of up to 63 letters, digits, '-', '_' and '.', maybe with a domain and '/' before it
// SPOUT040: Nobody could send to the spout's service: Pachyderm has taken port 9090 of the worker's pod; use another one, such as 8080
// SPOUT040: Nobody could send to the spout's service: a node has no such port to give; set ExternalPort to one from 30000 to 32767
// SPOUT040: Nobody could send to the spout's service: 0 is no port; use one from 1 to 65535, or leave it out
// SPOUT041: A spout cannot have 0 workers: at least one worker must run
// SPOUT042: The spout cannot be in a project named 'Web': use lower-case letters, digits and inner dashes, at most 51 characters
// SPOUT042: The spout cannot be in a project named 'a-long-project': Kubernetes would call the worker 'a-long-project-quite-a-long-name-for-a-spout-that-is-still-legal-v99', which has 68 characters and may have 63; shorten it, or the spout's name
// SPOUT044: '' cannot be the former name of the cursor 'last': it is not the name of a parameter; write the name that the parameter had
// SPOUT045: 'Url' is filled from the program's services, which have no 'string': give the parameter a default value, or take IConfiguration or a class of options
