# 绩衡。先决条件：Debian 或 Ubuntu，Python 3.11 以上，make，python3-venv。

.DEFAULT_GOAL := help
SHELL := /bin/bash

.PHONY: help setup demo test bench lock

help:  ## 显示本帮助
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/'

setup:  ## 安装运行所需的一切（虚拟环境 .venv、界面文件）
	@bash scripts/setup.sh

demo: setup  ## 建立演示县并启动（可重复运行；Ctrl-C 停止）
	@exec .venv/bin/jiheng demo

test:  ## 运行 CI 所运行的全部检查：风格、类型、导入、规则、SQLite、PostgreSQL、浏览器
	@bash scripts/test.sh

bench:  ## 依次运行 bench/ 下的全部测量
	@bash scripts/bench.sh

lock:  ## 依赖有变化后重写锁定文件
	@bash scripts/lock.sh
