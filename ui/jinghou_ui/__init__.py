"""The glass: QML pages, the view models behind them, and the programs that show them. The only package with Qt."""
