using Hud.CommandLine;

return HudCommandLine.Run(args);
