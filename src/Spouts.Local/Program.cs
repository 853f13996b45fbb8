return await Spouts.Local.Cli.StartCommand.Create().Parse(args).InvokeAsync();
